// Makes the snapshot that a client gets when it cannot get every tick.

import type { Feed } from './feeds/feed.ts';
import { TickFrames } from './tick-frames.ts';

/** The latest price of every symbol, as frames. */
export interface PriceSnapshot {
  readonly count: number;
  readonly bytes: Buffer;
}

const PIECE_BYTES = 64 * 1024;

/** The latest price of every symbol that the feed has filled. */
export function takeSnapshot(feed: Pick<Feed, 'snapshot'>): PriceSnapshot {
  const pieces: Uint8Array[] = [];
  let count = 0;
  for (let from = 0; from >= 0; ) {
    const frames = new TickFrames(Buffer.allocUnsafe(PIECE_BYTES));
    from = feed.snapshot(frames, from);
    pieces.push(frames.bytes.subarray(0, frames.length));
    count += frames.count;
  }
  return { count, bytes: Buffer.concat(pieces) };
}
