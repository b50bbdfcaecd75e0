// A price book as its readers have it: every price, every tick, and how the writer is.

import fs from 'node:fs';
import { damageOf } from './book-damage.ts';
import { openBook } from './book-file.ts';
import { BookHeader, Doorbell } from './book-header.ts';
import type { CounterTable } from './counter-table.ts';
import { counterReader } from './counters.ts';
import { BookDamagedError, UnknownSymbolError } from './errors.ts';
import { EntryStatus, HEADER } from './layout.ts';
import { MappedPriceBook } from './mapped-price-book.ts';
import { PriceTable, type TableEntry } from './price-table.ts';
import { claimReaderSlot, type ReaderSlot } from './reader-slots.ts';
import { fitsEntry } from './symbol.ts';
import { TickRingReader } from './tick-ring.ts';

/** How to attach. */
export interface AttachOptions<Name extends string = never> {
  /** Map it for reading alone: then there is no slot and no waiting, and nothing can be harmed. Default true. */
  readonly readOnly?: boolean;
  /** The counters that the book's processes keep: the same table as theirs. */
  readonly counters?: CounterTable<Name>;
}

/** Reads a book that another process writes. */
export class AttachedPriceBook<Name extends string = never> extends MappedPriceBook {
  readonly header: BookHeader;
  readonly table: PriceTable;
  readonly doorbell: Doorbell;
  readonly #readCounter: (name: Name) => number;
  readonly #indexOf = new Map<string, number>();

  /**
   * @param name the book's name, as in `--book`
   * @throws BookNotFoundError, BookAccessError, NotABookError, BookVersionError
   */
  constructor(name: string, options: AttachOptions<Name> = {}) {
    super(openBook(name, options.readOnly === false));
    this.header = new BookHeader(this.memory);
    this.table = new PriceTable(this.memory);
    this.doorbell = new Doorbell(this.memory);
    this.#readCounter = counterReader(this.memory, options.counters);
  }

  /** All symbols, in the order of their indices. */
  get symbols(): string[] {
    this.#learn();
    return [...this.#indexOf.keys()];
  }

  /** The latest price in USD; undefined before the first. @throws UnknownSymbolError, EntryBusyError, BookDamagedError */
  read(symbol: string): number | undefined {
    const price = this.table.priceAt(this.indexOf(symbol));
    return price === 0 ? undefined : price;
  }

  /** Everything that the table holds of a symbol. @throws UnknownSymbolError, EntryBusyError, BookDamagedError */
  entry(symbol: string, attempts?: number): TableEntry {
    return this.table.entryAt(this.indexOf(symbol), attempts, symbol);
  }

  /** Every entry that has a price. @throws EntryBusyError, BookDamagedError */
  entries(): TableEntry[] {
    return this.symbols
      .map((_, index) => this.table.entryAt(index))
      .filter((entry) => entry.status !== EntryStatus.EMPTY);
  }

  /** Where a symbol stands in the table. @throws UnknownSymbolError, BookDamagedError */
  indexOf(symbol: string): number {
    const index = this.#indexOf.get(symbol) ?? this.#learn().get(symbol);
    if (index === undefined) throw new UnknownSymbolError(symbol);
    return index;
  }

  /** A reader of the ticks that come from now on, or from `cursor` on. */
  ticks(cursor?: number): TickRingReader {
    return new TickRingReader(this.memory, cursor);
  }

  /** Shows this process to all as a reader; needs `readOnly: false`. @throws NoReaderSlotError, ReadOnlyBookError */
  claimSlot(name: string): ReaderSlot {
    return claimReaderSlot(this.memory, name, this.ticks().cursor);
  }

  /** The value of a counter of the table that this book was attached with. */
  counter(name: Name): number {
    return this.#readCounter(name);
  }

  /** Whether another file, or none, has this book's name now: then nobody writes this one any more. */
  get replaced(): boolean {
    const there = fs.statSync(this.memory.path, { throwIfNoEntry: false });
    return there?.ino !== this.memory.inode;
  }

  /** What has become of the book, in words, when it was cut or written over. To be asked now and then. */
  damage(): string | undefined {
    return damageOf(this.memory);
  }

  /** Whether the writer is in the middle of a write. For tools that stop it there. */
  get isHalfWritten(): boolean {
    return (
      this.table.oddEntries() > 0 ||
      this.memory.loadU64(HEADER.at.intent) > this.memory.loadU64(HEADER.at.published)
    );
  }

  #learn(): Map<string, number> {
    const count = this.table.symbolCount;
    for (let index = this.#indexOf.size; index < count; index++) {
      const symbol = this.table.symbolAt(index);
      if (!fitsEntry(symbol)) throw new BookDamagedError(this.memory.path, `entry ${index} has no symbol`);
      this.#indexOf.set(symbol, index);
    }
    return this.#indexOf;
  }
}
