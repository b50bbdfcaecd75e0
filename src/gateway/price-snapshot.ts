// Makes the snapshot that a client gets when it cannot get every tick.

import type { Feed } from './feeds/feed.ts';
import type { PriceSnapshot } from './price-server.ts';
import { TickFrames } from './tick-frames.ts';

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
