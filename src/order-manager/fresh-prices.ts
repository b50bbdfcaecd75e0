// Prices that a risk check may rely on: live, and not too old. There may be no price book at all.

import { nowNs } from '@tickline/posix';
import { type AttachedPriceBook, EntryStatus, PriceBookError } from '@tickline/price-book';

const NS_PER_MS = 1e6;
/** Some ms. A write lasts nanoseconds, so an entry that is half written for longer has lost its writer. */
const READ_ATTEMPTS = 200_000;

export class FreshPrices {
  readonly #staleAfterNs: number;
  #book: AttachedPriceBook | undefined;

  /** @param staleAfterMs a price is stale this long after its tick */
  constructor(staleAfterMs: number) {
    this.#staleAfterNs = staleAfterMs * NS_PER_MS;
  }

  attach(book: AttachedPriceBook): void {
    this.#book = book;
  }

  /** Call it before the book becomes unusable. There are no prices until the next attach(). */
  detach(): void {
    this.#book = undefined;
  }

  /** The latest price in USD; undefined when it is stale, the symbol is unknown, or there is no book. */
  of(symbol: string): number | undefined {
    try {
      const entry = this.#book?.entry(symbol, READ_ATTEMPTS);
      const isFresh = entry?.status === EntryStatus.LIVE && nowNs() - entry.timeNs <= this.#staleAfterNs;
      return isFresh ? entry.price : undefined;
    } catch (error) {
      // An unknown symbol, or an entry that a killed writer left half written.
      if (error instanceof PriceBookError) return undefined;
      throw error;
    }
  }
}
