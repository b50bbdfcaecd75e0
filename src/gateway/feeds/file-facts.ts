// What a pass over a file of prices finds out about it.

import type { RowPlace } from './skips.ts';
import { Skips } from './skips.ts';
import { nsBetween, type Timestamp } from './timestamp.ts';

/** Names of other symbols that are kept to suggest one of them. */
const OTHERS_MAX = 10_000;

/** A row that is earlier than the row before it. */
export interface BackwardRow extends RowPlace {
  readonly time: Timestamp;
  readonly before: Timestamp;
}

/** Filled by ReplayRows. */
export class FileFacts {
  /** Rows of data, valid or not. */
  rows = 0;
  /** Valid prices. */
  ticks = 0;
  /** Prices that had more than 8 decimals. */
  rounded = 0;
  readonly skips = new Skips();
  /** Symbols that had a valid price. */
  readonly symbols = new Set<string>();
  /** Some of the symbols that were not wanted. */
  readonly others = new Set<string>();
  /** Prices of symbols that were not wanted. */
  unwanted = 0;
  earliest: Timestamp | undefined;
  latest: Timestamp | undefined;
  firstBackward: BackwardRow | undefined;
  /** Times that are before and after the time of the row before. */
  backwards = 0;
  forwards = 0;
  #previous: Timestamp | undefined;

  /** Notes a time that is not that of the row before. */
  addTime(time: Timestamp, place: RowPlace): void {
    const step = this.#previous === undefined ? 0 : nsBetween(this.#previous, time);
    if (step > 0) this.forwards++;
    if (step < 0 && this.#previous !== undefined) {
      this.backwards++;
      this.firstBackward ??= { ...place, time, before: this.#previous };
    }
    this.#previous = time;
    if (this.earliest === undefined || nsBetween(this.earliest, time) < 0) this.earliest = time;
    if (this.latest === undefined || nsBetween(this.latest, time) > 0) this.latest = time;
  }

  addOther(symbol: string): void {
    this.unwanted++;
    if (this.others.size < OTHERS_MAX) this.others.add(symbol);
  }

  /** Whether the file goes from the newest row to the oldest. */
  get isNewestFirst(): boolean {
    return this.backwards > 0 && this.forwards === 0;
  }
}
