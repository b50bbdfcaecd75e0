// The writer of a price book: the latest price of each symbol and the ring of the last ticks, in memory that any process of
// the same user can map.

import { nowNs } from '@tickline/posix';
import { damageOf } from './book-damage.ts';
import { bookPath, freeTicks, type OwnedBook, ownBook } from './book-file.ts';
import { BookHeaderWriter, tickBell } from './book-header.ts';
import type { CounterTable } from './counter-table.ts';
import { labelCounters } from './counters.ts';
import { BadPriceError, BadSymbolError, BookFullError, BookSizeError, UnknownSymbolError } from './errors.ts';
import { bookShape, SYMBOL_BYTES, shapeFault } from './layout.ts';
import { MappedPriceBook } from './mapped-price-book.ts';
import { PriceTableWriter, type TableEntry } from './price-table.ts';
import { ShardPositions } from './shard-positions.ts';
import type { Doorbell } from './shared-memory/doorbell.ts';
import { tickWriter, type WriteTick } from './single-tick.ts';
import { fitsEntry } from './symbol.ts';
import type { TickRun } from './tick-batch.ts';
import { TickRingWriter } from './tick-ring.ts';

/** The capacities of a new book; a book that is taken over keeps its own. */
export interface BookOptions {
  /** How many symbols fit into the table. Default: 1,024, or as many as are given. */
  readonly symbolCapacity?: number;
  /** How many ticks the ring holds, a power of two. Default: 65,536. */
  readonly ringCapacity?: number;
  /** Whether the writer promises to wait for its readers (see ReaderMonitor). Default: false. */
  readonly lossless?: boolean;
  /** The counters that the book's processes keep: their names are written into the book. */
  readonly counters?: CounterTable<string>;
}

const SYMBOL_CAPACITY = 1024;
const RING_CAPACITY = 65_536;

/** It names the usual cause: Python's resource tracker removes what a program has attached to, when the program exits. */
const REMOVED =
  'its file was removed, as by a Python program that attaches with SharedMemory without track=False: use mmap there';

/** A price book, in the process that writes it. */
export class PriceBookWriter extends MappedPriceBook {
  readonly header: BookHeaderWriter;
  readonly table: PriceTableWriter;
  readonly ring: TickRingWriter;
  /** Where it is in the streams of NATS. */
  readonly shards: ShardPositions;
  /** Whether a dead writer had left this book. */
  readonly takenOver: boolean;
  /** How many entries the dead writer had left half written. */
  readonly repairedEntries: number;
  readonly #owned: OwnedBook;
  readonly #doorbell: Doorbell;
  readonly #writeTick: WriteTick;
  readonly #indexOf = new Map<string, number>();
  #closed = false;

  /**
   * Creates the book, or takes over the one that a dead writer left; its readers continue.
   * @param symbols symbols to start with; more can be added
   * @param name `/dev/shm/tickline-<name>`
   * @throws BookSizeError, BookInUseError, BookTooSmallError, BookAccessError, NotABookError, BookVersionError,
   *   BookSystemError, BadSymbolError, BookFullError; the file is unchanged then
   */
  constructor(symbols: readonly string[], name = 'default', options: BookOptions = {}) {
    const owned = ownedBook(symbols, name, options);
    super(owned.memory);
    const { memory, takenOver } = owned;
    this.#owned = owned;
    this.takenOver = takenOver;
    this.header = new BookHeaderWriter(memory);
    this.table = new PriceTableWriter(memory);
    this.ring = new TickRingWriter(memory);
    this.shards = new ShardPositions(memory);
    this.#doorbell = tickBell(memory);
    this.#writeTick = tickWriter(memory, this.table, this.ring);
    this.repairedEntries = this.table.repair();
    if (options.counters) labelCounters(memory, options.counters);
    this.#readSymbols();
    this.#addAll(symbols);
    this.header.open(options.lossless ?? false);
  }

  /** All symbols, in the order of their indices. */
  get symbols(): string[] {
    return [...this.#indexOf.keys()];
  }

  /** The index of a symbol in the table; undefined if it has none. */
  indexOf(symbol: string): number | undefined {
    return this.#indexOf.get(symbol);
  }

  /** Adds a symbol if the table does not have it, and returns its index. @throws BadSymbolError, BookFullError */
  add(symbol: string): number {
    const known = this.#indexOf.get(symbol);
    if (known !== undefined) return known;
    if (!fitsEntry(symbol)) throw new BadSymbolError(symbol, SYMBOL_BYTES);
    const { symbolCapacity } = this.memory.shape;
    if (this.#indexOf.size >= symbolCapacity) throw new BookFullError(symbol, symbolCapacity);
    const index = this.table.add(symbol);
    this.#indexOf.set(symbol, index);
    return index;
  }

  /**
   * Writes one price, in USD, as a tick.
   * @param timeNs when the tick was made, CLOCK_MONOTONIC in ns; now if left out
   * @throws UnknownSymbolError, BadPriceError
   */
  update(symbol: string, price: number, timeNs = nowNs()): void {
    const index = this.#known(symbol);
    if (!isPrice(price)) throw new BadPriceError(symbol, price);
    this.updateAt(index, price, timeNs);
  }

  /** The same by the index that add() returned, without checks: for millions of ticks per second. */
  updateAt(index: number, price: number, timeNs: number): void {
    this.#writeTick(index, price, this.ring.lastSequence + 1, timeNs);
    this.#doorbell.ring();
  }

  /**
   * Writes a run of ticks to the table and the ring, then wakes the readers. Prices must be finite and above zero, and
   * indices from add(); nothing is checked per tick.
   */
  apply(run: TickRun): void {
    this.table.write(run);
    this.ring.append(run);
    this.#doorbell.ring();
  }

  /** Writes prices of a snapshot, which are not ticks: to the table only, with sequence number 0. */
  applySnapshot(run: TickRun): void {
    this.table.writeSnapshot(run);
  }

  /** The latest price in USD; undefined before the first. @throws UnknownSymbolError */
  read(symbol: string): number | undefined {
    const price = this.table.priceAt(this.#known(symbol));
    return price === 0 ? undefined : price;
  }

  /** The whole entry of a symbol. @throws UnknownSymbolError */
  entry(symbol: string): TableEntry {
    return this.table.entryAt(this.#known(symbol));
  }

  /**
   * The damage as a clause, if another program removed, truncated or overwrote the file; undefined if it is as this writer
   * left it. Call it periodically, and discard() a damaged book.
   */
  damage(): string | undefined {
    if (!this.#owned.named) return REMOVED;
    const { header, ring } = this;
    const isAsWritten = header.isAsWritten && ring.cursors.isAsWritten;
    return damageOf(this.memory) ?? (isAsWritten ? undefined : 'its header was overwritten');
  }

  /**
   * Gives up a damaged book: removes the file, so that the next writer creates a new one, and frees the memory of its
   * prices and ticks. Readers that still map it read no prices, and count the ticks that they had not read as missed.
   * @throws BookSystemError
   */
  discard(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.ring.cursors.giveUp();
    try {
      freeTicks(this.#owned);
    } finally {
      this.#owned.remove();
    }
  }

  /** Tells readers that there will be no more ticks, and removes the file. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.header.close();
    this.#doorbell.ring();
    this.#owned.remove();
  }

  #known(symbol: string): number {
    const index = this.#indexOf.get(symbol);
    if (index === undefined) throw new UnknownSymbolError(symbol);
    return index;
  }

  #addAll(symbols: readonly string[]): void {
    try {
      for (const symbol of symbols) this.add(symbol);
    } catch (error) {
      this.#owned.abandon();
      throw error;
    }
  }

  #readSymbols(): void {
    for (let index = 0; index < this.table.symbolCount; index++) {
      this.#indexOf.set(this.table.symbolAt(index), index);
    }
  }
}

function ownedBook(symbols: readonly string[], name: string, options: BookOptions): OwnedBook {
  const symbolCapacity = Math.max(options.symbolCapacity ?? SYMBOL_CAPACITY, symbols.length);
  const ringCapacity = options.ringCapacity ?? RING_CAPACITY;
  const fault = shapeFault(symbolCapacity, ringCapacity);
  if (fault) throw new BookSizeError(bookPath(name), fault);
  return ownBook(name, bookShape(symbolCapacity, ringCapacity), symbols.length);
}

/** Whether a price may be written: finite and above zero. */
export function isPrice(price: number): boolean {
  return price > 0 && price < Number.POSITIVE_INFINITY;
}
