// Prices that an order may be checked against or filled at: live, and not too old. There may be no price book at all.

import { nowNs } from '@tickline/posix';
import {
  type AttachedPriceBook,
  EntryStatus,
  PriceBookError,
  UnknownSymbolError,
} from '@tickline/price-book';
import type { MarketPrice } from '../domain/fills.ts';

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
    const price = this.marketPrice(symbol);
    return typeof price === 'number' ? price : undefined;
  }

  /** The latest price in USD, or why there is none. A symbol without a tick yet is stale. */
  marketPrice(symbol: string): MarketPrice {
    if (this.#book === undefined) return 'NO_PRICE_BOOK';
    try {
      const { status, timeNs, price } = this.#book.entry(symbol, READ_ATTEMPTS);
      const isFresh = status === EntryStatus.LIVE && nowNs() - timeNs <= this.#staleAfterNs;
      return isFresh ? price : 'PRICE_STALE';
    } catch (error) {
      if (error instanceof UnknownSymbolError) return 'SYMBOL_UNKNOWN';
      // An entry that a killed writer left half written.
      if (error instanceof PriceBookError) return 'PRICE_STALE';
      throw error;
    }
  }
}
