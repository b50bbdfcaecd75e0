// Snapshots for clients that cannot get every tick. A large one is shared by all clients that need one while the window still
// holds what follows it, and every client reads it piece by piece: its memory does not grow with the clients.

import type { Feed } from './feeds/feed.ts';
import type { ReplayWindow } from './replay-window.ts';
import { TickFrames } from './tick-frames.ts';

/** The latest price of every symbol, as frames. */
export interface PriceSnapshot {
  readonly count: number;
  readonly pieces: readonly Uint8Array[];
}

/** A snapshot, and the place in the stream that follows it. */
export interface PlacedSnapshot extends PriceSnapshot {
  /** Number of the next tick. */
  readonly sequence: number;
  /** Number of the next batch. */
  readonly end: number;
  /** Clients that have not received all of it. */
  readers: number;
}

const PIECE_BYTES = 64 * 1024;
/** A snapshot of more pieces is shared although ticks have been sent since: making it again would cost more. */
const OWN_PIECES_MAX = 16;
/** Large snapshots that clients may be reading at the same time. */
const READ_MAX = 3;

/** The latest price of every symbol that the feed has filled. */
export function takeSnapshot(feed: Pick<Feed, 'snapshot'>): PriceSnapshot {
  const pieces: Uint8Array[] = [];
  let count = 0;
  for (let from = 0; from >= 0; ) {
    const frames = new TickFrames(Buffer.allocUnsafe(PIECE_BYTES));
    from = feed.snapshot(frames, from);
    if (frames.length > 0) pieces.push(frames.bytes.subarray(0, frames.length));
    count += frames.count;
  }
  return { count, pieces };
}

export class SharedSnapshots {
  readonly #window: ReplayWindow;
  readonly #take: () => PriceSnapshot;
  readonly #onDisplaced: (snapshot: PlacedSnapshot) => void;
  /** The large ones, the oldest first. */
  #large: PlacedSnapshot[] = [];

  /** @param onDisplaced there are too many large snapshots: nobody may read this one any more */
  constructor(
    window: ReplayWindow,
    take: () => PriceSnapshot,
    onDisplaced: (snapshot: PlacedSnapshot) => void,
  ) {
    this.#window = window;
    this.#take = take;
    this.#onDisplaced = onDisplaced;
  }

  /** A snapshot after which the window has every tick. */
  current(): PlacedSnapshot {
    const { first, end, nextSequence: sequence } = this.#window;
    const latest = this.#large.at(-1);
    // The window still has all batches, or what follows lies in the newer half of them: there is time to read it.
    if (latest && (first === 0 || latest.end >= (first + end) / 2)) return latest;
    const taken = { ...this.#take(), sequence, end, readers: 0 };
    if (taken.pieces.length > OWN_PIECES_MAX) this.#keep(taken);
    return taken;
  }

  #keep(snapshot: PlacedSnapshot): void {
    this.#large = this.#large.filter(({ readers }) => readers > 0);
    const displaced = this.#large.length >= READ_MAX ? this.#large.shift() : undefined;
    this.#large.push(snapshot);
    if (displaced) this.#onDisplaced(displaced);
  }
}
