// Where prices come from: what the Gateway asks of a source, and all that a source of one's own has to be.

import type { TickFrames } from '../tick-frames.ts';

/** Whether a source delivers. One that is down reconnects; one that failed for good rejects `ready`. */
export type FeedStatus = { readonly state: 'up' } | { readonly state: 'down'; readonly reason: string };

/**
 * A source of ticks. The Gateway pulls: it calls `fill` as often as its rate, its clock and its clients
 * allow, and sends the bytes as they are.
 *
 * To write one: append frames `SYMBOL,PRICE*` in ASCII to `out.bytes` at `out.length`, then move
 * `out.length` and `out.count` on. A symbol is what `isSymbol` accepts; a price is plain decimal, above
 * zero, with at most 8 decimals; a frame is at most TICK_FRAME_BYTES_MAX bytes. A source that has to wait
 * (for a file, a socket) reads ahead on its own, within a bound, says `waiting` while it has nothing, and
 * resolves `ready` when it has. `tests/gateway/feeds/conformance.ts` checks all of this for any implementation.
 */
export interface Feed {
  /**
   * Appends the frames of at most `ticksMax` ticks whose feed time is at most `horizonNs` (ns after the
   * first tick; Infinity: no limit), while `out.hasRoom()`. Synchronous, and allocates nothing per tick.
   * Appends nothing while `waiting`, and nothing once `ended`.
   */
  fill(out: TickFrames, ticksMax: number, horizonNs: number): void;

  /**
   * Appends the latest frame that was filled of each symbol, from index `from` (first 0) on, while
   * `out.hasRoom()`. Returns the index to go on from, or -1 when done. Symbols never filled are left out.
   */
  snapshot(out: TickFrames, from: number): number;

  /**
   * Resolves when `fill` has something to give or the feed has ended. Rejects when the source failed:
   * all that was read before it has then been filled, and `waiting` stays true.
   */
  ready(): Promise<void>;

  /** Whether the next `fill` would give nothing because data is still being read. */
  readonly waiting: boolean;

  /**
   * Feed time of the next tick, in ns after the first; never goes backwards. 0 for a feed without
   * timestamps. While `waiting`, and once `ended`, the time of the last tick filled.
   */
  readonly nextTimeNs: number;

  /** Whether no tick will come any more. Once true, it stays true. */
  readonly ended: boolean;

  /** Rows that were no good tick (empty or bad price, bad symbol, bad timestamp) and were skipped. */
  readonly rejectedRows: number;

  /** Calls `listener` with the present status, and again whenever it changes. There is one listener. */
  onStatus(listener: (status: FeedStatus) => void): void;

  /** Ends the feed and gives back what it holds. May be called again. */
  close(): Promise<void>;
}
