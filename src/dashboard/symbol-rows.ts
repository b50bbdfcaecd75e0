// The table of symbols as the book has it, and the rows that have changed since the last frame.

import {
  type AttachedPriceBook,
  BookDamagedError,
  EntryBusyError,
  EntryStatus,
  type TableEntry,
} from '@tickline/price-book';
import type { NewSymbols, Row } from './messages.ts';
import type { PublishedSignals } from './published-signals.ts';
import type { WallTime } from './wall-time.ts';

/** As many symbols as a page can show; the rest of the book is not read. */
export const SYMBOLS_SHOWN_MAX = 2_000;
/** An entry that stays half written is skipped: its writer was killed, and the next one repairs it. */
const READ_ATTEMPTS = 1_000;

export class SymbolRows {
  readonly names: string[] = [];
  /** The first price seen of each symbol, USD, from which its change counts; 0 before it. */
  readonly #references: number[] = [];
  readonly #indexOf = new Map<string, number>();
  readonly #rows: Row[] = [];
  readonly #book: AttachedPriceBook;
  readonly #signals: PublishedSignals;
  readonly #time: WallTime;

  constructor(book: AttachedPriceBook, signals: PublishedSignals, time: WallTime) {
    this.#book = book;
    this.#signals = signals;
    this.#time = time;
  }

  /** Undefined for a symbol that is not shown. */
  indexOf(symbol: string): number | undefined {
    return this.#indexOf.get(symbol);
  }

  /** The latest price in USD; undefined before the first, and for a symbol that is not shown. */
  priceOf(symbol: string): number | undefined {
    const index = this.#indexOf.get(symbol);
    return index === undefined ? undefined : this.#entry(index)?.price || undefined;
  }

  /** Registers the symbols that are new in the book. Returns them; undefined without any. */
  register(): NewSymbols | undefined {
    const from = this.names.length;
    const count = Math.min(this.#book.table.symbolCount, SYMBOLS_SHOWN_MAX);
    for (let index = from; index < count; index++) {
      const symbol = this.#book.table.symbolAt(index);
      this.names.push(symbol);
      this.#references.push(0);
      this.#indexOf.set(symbol, index);
    }
    return this.names.length === from ? undefined : { from, names: this.names.slice(from) };
  }

  /** The rows that have changed since the last call. */
  changed(): Row[] {
    const changed: Row[] = [];
    for (let index = 0; index < this.names.length; index++) {
      const row = this.#row(index);
      if (!row || isSame(row, this.#rows[index])) continue;
      this.#rows[index] = row;
      changed.push(row);
    }
    return changed;
  }

  /** All rows as of the last call of changed(). */
  all(): readonly Row[] {
    return this.#rows;
  }

  #row(index: number): Row | undefined {
    const entry = this.#entry(index);
    if (!entry) return undefined;
    this.#references[index] ||= entry.price;
    const change = entry.price === 0 ? 0 : entry.price / this.#references[index] - 1;
    const stale = entry.status === EntryStatus.STALE ? 1 : 0;
    const tickAt = Math.round(this.#time.of(entry.timeNs));
    const signals = this.#signals.signals(index);
    return [index, entry.price, Math.round(change * 1e6) / 1e6, tickAt, stale, ...signals];
  }

  #entry(index: number): TableEntry | undefined {
    try {
      return this.#book.table.entryAt(index, READ_ATTEMPTS, this.names[index]);
    } catch (error) {
      if (error instanceof EntryBusyError || error instanceof BookDamagedError) return undefined;
      throw error;
    }
  }
}

function isSame(row: Row, before: Row | undefined): boolean {
  return before !== undefined && row.every((value, column) => value === before[column]);
}
