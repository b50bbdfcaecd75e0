// The latest prices of a book that may not be there, as a check may rely on them: live, and not too old.

import { nowNs } from '@tickline/posix';
import { type AttachedPriceBook, EntryStatus, PriceBookError } from '@tickline/price-book';

const NS_PER_MS = 1e6;
/** A write takes nanoseconds. An entry that stays odd for longer, some ms, has lost its writer. */
const READ_ATTEMPTS = 200_000;

export class FreshPrices {
  readonly #staleAfterNs: number;
  #book: AttachedPriceBook | undefined;

  /** @param staleAfterMs a price without a tick for so long is none */
  constructor(staleAfterMs: number) {
    this.#staleAfterNs = staleAfterMs * NS_PER_MS;
  }

  /** From now on the prices are those of this book. */
  attach(book: AttachedPriceBook): void {
    this.#book = book;
  }

  /** From now on there are none: the book may not be used any more. */
  detach(): void {
    this.#book = undefined;
  }

  /** The latest price in USD; undefined without a book, for a symbol that is not in it, and for a stale price. */
  of(symbol: string): number | undefined {
    try {
      const entry = this.#book?.entry(symbol, READ_ATTEMPTS);
      const isFresh = entry?.status === EntryStatus.LIVE && nowNs() - entry.timeNs <= this.#staleAfterNs;
      return isFresh ? entry.price : undefined;
    } catch (error) {
      if (error instanceof PriceBookError) return undefined; // unknown, or half written by a writer that died
      throw error;
    }
  }
}
