// Marks prices that have had no tick for too long, so that nobody trades on them.

import { EntryStatus, type PriceTableWriter } from '@tickline/price-book';

/** The writer's own memory of when each price last moved: by its own clock, not by the time in the ticks. */
export class StalePrices {
  readonly #table: PriceTableWriter;
  readonly #staleAfterMs: number;
  #updates = new Float64Array(0);
  #movedAt = new Float64Array(0);
  #fresh = 0;

  constructor(table: PriceTableWriter, staleAfterMs: number) {
    this.#table = table;
    this.#staleAfterMs = staleAfterMs;
  }

  /** How many symbols had a price that was not stale, at the last look. */
  get fresh(): number {
    return this.#fresh;
  }

  /** Looks at every symbol, marks what is stale, and returns how many are. To be called now and then. */
  mark(): number {
    const count = this.#table.symbolCount;
    if (count > this.#updates.length) this.#grow(count);
    const now = performance.now();
    let stale = 0;
    this.#fresh = 0;
    for (let index = 0; index < count; index++) {
      const updates = this.#table.updatesAt(index);
      if (updates !== this.#updates[index]) {
        this.#updates[index] = updates;
        this.#movedAt[index] = now;
      }
      const status = this.#table.statusAt(index);
      if (status === EntryStatus.LIVE && now - this.#movedAt[index] > this.#staleAfterMs)
        this.#table.markStale(index);
      const marked = this.#table.statusAt(index);
      if (marked === EntryStatus.STALE) stale++;
      if (marked === EntryStatus.LIVE) this.#fresh++;
    }
    return stale;
  }

  #grow(count: number): void {
    const grown = new Float64Array(count).fill(-1);
    grown.set(this.#updates);
    this.#updates = grown;
    const movedAt = new Float64Array(count);
    movedAt.set(this.#movedAt);
    this.#movedAt = movedAt;
  }
}
