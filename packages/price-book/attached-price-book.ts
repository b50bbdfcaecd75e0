// A price book in a process that reads it: all prices, all ticks, and the state of the writer.

import fs from 'node:fs';
import { damageOf } from './book-damage.ts';
import { openBook } from './book-file.ts';
import { BookHeader, requestBell, tickBell } from './book-header.ts';
import type { CounterOwner, CounterTable } from './counter-table.ts';
import { counterReader, type ProcessCounts, processCounts } from './counters.ts';
import { BookDamagedError, UnknownSymbolError } from './errors.ts';
import { EntryStatus, HEADER } from './layout.ts';
import { MappedPriceBook } from './mapped-price-book.ts';
import { PriceTable, type TableEntry } from './price-table.ts';
import { claimReaderSlot, type ReaderSlot, type SlotClaim } from './reader-slots.ts';
import { type ShardPosition, ShardPositions } from './shard-positions.ts';
import type { Doorbell } from './shared-memory/doorbell.ts';
import { fitsEntry } from './symbol.ts';
import { TickRingReader } from './tick-ring.ts';

/** How to attach. */
export interface AttachOptions<Name extends string = never> {
  /** Map it read-only. A read-only reader cannot damage the book, hold a reader slot, or sleep until ticks come. Default true. */
  readonly readOnly?: boolean;
  /** The counters that the book's processes keep: the same table as theirs. */
  readonly counters?: CounterTable<Name>;
}

/** Reads a book that another process writes. */
export class AttachedPriceBook<Name extends string = never> extends MappedPriceBook {
  readonly header: BookHeader;
  readonly table: PriceTable;
  readonly doorbell: Doorbell;
  /** Rung by readers for the process that answers their requests, which wakes them by `doorbell`. */
  readonly requestBell: Doorbell;
  readonly #countsOf: (owner: CounterOwner<Name>) => ProcessCounts<Name>[];
  readonly #readCounter: (name: Name) => number;
  readonly #indexOf = new Map<string, number>();

  /**
   * @param name the name that its writer gave it: the file is `/dev/shm/tickline-<name>`
   * @throws BookNotFoundError, BookAccessError, NotABookError, BookVersionError, BookSystemError
   */
  constructor(name: string, options: AttachOptions<Name> = {}) {
    super(openBook(name, options.readOnly === false));
    this.header = new BookHeader(this.memory);
    this.table = new PriceTable(this.memory);
    this.doorbell = tickBell(this.memory);
    this.requestBell = requestBell(this.memory);
    const { counters } = options;
    this.#countsOf = (owner) => (counters ? processCounts(this.memory, counters, owner) : []);
    this.#readCounter = counterReader(this.memory, counters);
  }

  /** All symbols, in the order of their indices. @throws BookDamagedError */
  get symbols(): string[] {
    this.#readSymbols();
    return [...this.#indexOf.keys()];
  }

  /** The latest price in USD; undefined before the first. @throws UnknownSymbolError, EntryBusyError, BookDamagedError */
  read(symbol: string): number | undefined {
    const price = this.table.priceAt(this.indexOf(symbol));
    return price === 0 ? undefined : price;
  }

  /**
   * The whole entry of a symbol.
   * @param attempts how many times an entry that is being written is read again; about a second if left out
   * @throws UnknownSymbolError, EntryBusyError, BookDamagedError
   */
  entry(symbol: string, attempts?: number): TableEntry {
    return this.table.entryAt(this.indexOf(symbol), attempts, symbol);
  }

  /** All entries that have a price. @throws EntryBusyError, BookDamagedError */
  entries(): TableEntry[] {
    return this.symbols
      .map((_, index) => this.table.entryAt(index))
      .filter((entry) => entry.status !== EntryStatus.EMPTY);
  }

  /** The index of a symbol in the table. @throws UnknownSymbolError, BookDamagedError */
  indexOf(symbol: string): number {
    const index = this.#indexOf.get(symbol) ?? this.#readSymbols().get(symbol);
    if (index === undefined) throw new UnknownSymbolError(symbol);
    return index;
  }

  /** A reader of the ring from `cursor` on, in ticks since the file was created; from the next tick on if left out. */
  ticks(cursor?: number): TickRingReader {
    return new TickRingReader(this.memory, cursor);
  }

  /**
   * Shows this process as a reader; needs `readOnly: false`.
   * @param cursor where it starts unless it inherits a cursor, in ticks since the file was created; the next tick if
   *   left out
   * @throws NoReaderSlotError, ReadOnlyBookError
   */
  claimSlot(name: string, cursor?: number, claim?: SlotClaim): ReaderSlot {
    return claimReaderSlot(this.memory, name, this.ticks(cursor).cursor, claim);
  }

  /** Where the book is in the ticks of a shard; undefined if it has none of them. May be half new while the writer writes. */
  shardPosition(shard: number): ShardPosition | undefined {
    return new ShardPositions(this.memory).read(shard);
  }

  /** The value of a counter of the table that this book was attached with. */
  counter(name: Name): number {
    return this.#readCounter(name);
  }

  /** The counters of each process of a kind that ever counted in this book: the one that counter() reads comes first. */
  countsOf(owner: CounterOwner<Name>): ProcessCounts<Name>[] {
    return this.#countsOf(owner);
  }

  /** Whether the name of this book belongs to another file now, or to none: this one is not written any more. */
  get replaced(): boolean {
    const found = fs.statSync(this.memory.path, { throwIfNoEntry: false });
    return found?.ino !== this.memory.inode;
  }

  /** The damage as a clause, if the file was truncated or the header overwritten. Call it periodically. */
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

  #readSymbols(): Map<string, number> {
    const count = this.table.symbolCount;
    for (let index = this.#indexOf.size; index < count; index++) {
      const symbol = this.table.symbolAt(index);
      if (!fitsEntry(symbol)) throw new BookDamagedError(this.memory.path, `entry ${index} has no symbol`);
      this.#indexOf.set(symbol, index);
    }
    return this.#indexOf;
  }
}
