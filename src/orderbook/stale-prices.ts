// Marks prices that have had no tick for too long, so that no strategy trades on them.

import { EntryStatus, type PriceTableWriter } from '@tickline/price-book';

/** Keeps when each price last changed by this process's clock. The times in the ticks do not matter. */
export class StalePrices {
  readonly #table: PriceTableWriter;
  readonly #staleAfterMs: number;
  /** Number of updates of each symbol at the last poll(). */
  #updates = new Float64Array(0);
  /** performance.now() of the poll() that first saw that number. */
  #changedAt = new Float64Array(0);
  #freshCount = 0;
  #lastStale = -1;

  constructor(table: PriceTableWriter, staleAfterMs: number) {
    this.#table = table;
    this.#staleAfterMs = staleAfterMs;
  }

  /** Symbols that had a price which was not stale, at the last poll(). */
  get freshCount(): number {
    return this.#freshCount;
  }

  /** How long a symbol has had no tick, in ms, by the last poll(); 0 if that had not seen it. */
  silentMs(index: number): number {
    return index < this.#changedAt.length ? performance.now() - this.#changedAt[index] : 0;
  }

  /** Index of the symbol that became stale last; -1 before the first. */
  get lastStale(): number {
    return this.#lastStale;
  }

  /** Marks the prices that have become stale. Returns how many symbols are stale. Call it periodically. */
  poll(): number {
    const count = this.#table.symbolCount;
    if (count > this.#updates.length) this.#grow(count);
    const now = performance.now();
    let stale = 0;
    this.#freshCount = 0;
    for (let index = 0; index < count; index++) {
      const updates = this.#table.updatesAt(index);
      if (updates !== this.#updates[index]) {
        this.#updates[index] = updates;
        this.#changedAt[index] = now;
      }
      const status = this.#table.statusAt(index);
      if (status === EntryStatus.LIVE && now - this.#changedAt[index] > this.#staleAfterMs) {
        this.#table.markStale(index);
        this.#lastStale = index;
      }
      const marked = this.#table.statusAt(index);
      if (marked === EntryStatus.STALE) stale++;
      if (marked === EntryStatus.STALE && this.#lastStale < 0) this.#lastStale = index; // by an earlier writer
      if (marked === EntryStatus.LIVE) this.#freshCount++;
    }
    return stale;
  }

  #grow(count: number): void {
    const updates = new Float64Array(count).fill(-1);
    updates.set(this.#updates);
    this.#updates = updates;
    const changedAt = new Float64Array(count);
    changedAt.set(this.#changedAt);
    this.#changedAt = changedAt;
  }
}
