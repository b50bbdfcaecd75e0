// What the Gateway asks of a feed of prices.

import type { TickFrames } from '../tick-frames.ts';
import type { FeedLosses } from './feed-losses.ts';
import type { Skip } from './skips.ts';

/**
 * Whether a source delivers. While it is down it may reconnect; when it has failed for good, `ready` rejects.
 */
export type FeedStatus = { readonly state: 'up' } | { readonly state: 'down'; readonly reason: string };

/**
 * A source of ticks. The Gateway pulls: it calls `fill` as often as its rate, its clock and its clients
 * allow, and sends the frames as they are.
 *
 * There are two ways to make one. A source that reads or receives its ticks (a file, an exchange) is a
 * `TickSource` in a `QueuedFeed`: it puts symbol, price and timestamp of each tick, and everything below is
 * done for it. A source that makes its ticks when they are asked for implements `Feed` itself and writes them
 * with a `TickWriter`. `conformance/claims.ts` checks both.
 */
export interface Feed {
  /**
   * Appends the frames of at most `ticksMax` ticks whose feed time is at most `horizonNs` (ns after the first
   * tick; Infinity: no limit), while `out.hasRoom()`, and sets their market times: those of the data, or the wall
   * clock. Synchronous; allocates nothing per tick. Appends nothing while `waiting`, and nothing once `ended`.
   */
  fill(out: TickFrames, ticksMax: number, horizonNs: number): void;

  /**
   * Appends the frame that was filled last for each symbol, from index `from` (first 0) on, while
   * `out.hasRoom()`. Returns the index to continue from, or -1 when done. Symbols that were never filled are
   * left out.
   */
  snapshot(out: TickFrames, from: number): number;

  /**
   * Resolves when `fill` has something to give or the feed has ended. Rejects when the source failed and all
   * its ticks have been filled; `waiting` then stays true.
   */
  ready(): Promise<void>;

  /** Whether the next `fill` would give nothing because no tick has been read or received yet. */
  readonly waiting: boolean;

  /**
   * Feed time of the next tick, in ns after the first; never goes backwards. 0 for a feed without timestamps.
   * While `waiting`, and once `ended`, the time of the last tick filled.
   */
  readonly nextTimeNs: number;

  /** Whether the last tick has been filled. Once true, it stays true. */
  readonly ended: boolean;

  /** Rows that were skipped because their price, symbol or timestamp is not valid. */
  readonly rejectedRows: number;

  /** The row that was skipped last, and why. */
  readonly lastRejection?: string | undefined;

  /** What is known to be lost between the source and the feed; undefined if the source does not number its ticks. */
  readonly losses?: FeedLosses | undefined;

  /** The reasons of the rows that were skipped, where a feed tells them apart. */
  readonly skips?: readonly Skip[] | undefined;

  /** Calls `listener` with the present status, and again whenever it changes. There is one listener. */
  onStatus(listener: (status: FeedStatus) => void): void;

  /** Ends the feed and releases what it holds. May be called again. */
  close(): Promise<void>;
}
