// Where a source puts its ticks. Each is encoded once, when it is put, and waits in the read-ahead until it
// is due.

import assert from 'node:assert/strict';
import { TickWriter } from '../tick-writer.ts';
import type { FeedStatus } from './feed.ts';
import { MarketTime } from './market-time.ts';
import type { ReadAhead, TickChunk, TickTime } from './read-ahead.ts';
import { FeedTime, type Timestamp } from './timestamp.ts';
import type { WirePrice } from './wire-price.ts';

export class TickSink {
  /** Reports whether the source delivers. */
  readonly onStatus: (status: FeedStatus) => void;
  readonly #ahead: ReadAhead;
  readonly #closing = new AbortController();
  readonly #demand = Promise.withResolvers<void>();
  readonly #writer = new TickWriter();
  readonly #feedTime = new FeedTime();
  readonly #marketTime = new MarketTime();
  /** Of the last tick; reused. */
  readonly #time: TickTime = { feedNs: 0, marketMs: 0 };
  #chunk: TickChunk | undefined;

  constructor(ahead: ReadAhead, onStatus: (status: FeedStatus) => void) {
    this.#ahead = ahead;
    this.onStatus = onStatus;
  }

  /** Aborted when the feed is closed: a source that waits for anything but `room` must then end. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Resolves when the feed is asked for a tick, or is closed: ticks that come before would wait, and become old. */
  demand(): Promise<void> {
    return this.#demand.promise;
  }

  /** The feed is asked for a tick. */
  wanted(): void {
    this.#demand.resolve();
  }

  /** Symbols that have been put. */
  get symbolCount(): number {
    return this.#writer.symbolCount;
  }

  /** Whether `put` accepts a tick now. */
  get hasRoom(): boolean {
    return this.#chunk !== undefined && !this.#chunk.full;
  }

  /** Waits until there is room for a tick. Resolves with false once the feed is closed. */
  async room(): Promise<boolean> {
    if (!this.hasRoom) {
      this.flush();
      this.#chunk = await this.#ahead.empty();
    }
    return !this.signal.aborted;
  }

  /**
   * Puts a tick; there must be room. A timestamp that goes backwards counts as equal to the one before.
   * @param received sets the pace instead of `timestamp`, where a source has both
   */
  put(symbol: string, price: WirePrice, timestamp: Timestamp, received = timestamp): void {
    assert.ok(this.#chunk !== undefined && !this.#chunk.full, 'there is room for a tick');
    this.#time.feedNs = this.#feedTime.next(received);
    this.#time.marketMs = this.#marketTime.next(timestamp);
    this.#chunk.append(this.#writer, this.#writer.indexOf(symbol), price, this.#time);
  }

  /** Leaves out a tick of the source: market time passes, and feed time does not. */
  skip(timestamp: Timestamp): void {
    this.#marketTime.next(timestamp);
  }

  /** Makes all ticks that were put available to `fill`. A full chunk becomes available without it. */
  flush(): void {
    if (this.#chunk === undefined || this.#chunk.count === 0) return;
    this.#ahead.put(this.#chunk);
    this.#chunk = undefined;
  }

  /** Ends all waiting for room. */
  close(): void {
    this.#closing.abort();
    this.#demand.resolve();
    this.#ahead.close();
  }

  /**
   * The timestamps start again: the next tick has the times of the one before.
   * @param passes how many times the source has been read, or left out
   */
  restartTime(passes = 1): void {
    this.#feedTime.restart();
    this.#marketTime.restart(passes);
  }
}
