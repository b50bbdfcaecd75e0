// The symbol table: the latest price of each symbol, one cache line per symbol, each guarded by a seqlock.

import assert from 'node:assert/strict';
import type { BookMemory } from './book-memory.ts';
import { BookDamagedError, EntryBusyError } from './errors.ts';
import { EntryStatus, HEADER, SYMBOL_BYTES, SYMBOL_NAME, TABLE_ENTRY } from './layout.ts';
import { PLAIN_ORDER } from './shared-memory/ordering.ts';
import { beginWrite, endWrite, isHalfWritten, isWhole, versionBefore } from './shared-memory/seqlock.ts';
import { fitsEntry } from './symbol.ts';
import type { TickRun } from './tick-batch.ts';

const { at } = TABLE_ENTRY;
const WORDS = TABLE_ENTRY.bytes >> 2;
const DOUBLES = TABLE_ENTRY.bytes >> 3;
const WORDS_SHIFT = Math.log2(WORDS);
const DOUBLES_SHIFT = Math.log2(DOUBLES);
const LIVE = EntryStatus.LIVE;
const VERSION = at.version >> 2;
const STATUS = at.status >> 2;
const PRICE = at.price >> 3;
const SEQUENCE = at.sequence >> 2;
const TIME = at.time >> 2;
const UPDATES = at.updates >> 2;
const TWO_32 = 2 ** 32;
// A write lasts nanoseconds. A reader that finds the entry odd this many times, for about a second, gives up: the writer
// is dead or stopped.
const READ_ATTEMPTS_MAX = 50_000_000;

/** The entry of one symbol, at one moment. */
export interface TableEntry {
  symbol: string;
  status: EntryStatus;
  /** USD; 0 while the status is EMPTY. */
  price: number;
  /** The sequence number of the tick in the run of its feed; 0 from a snapshot. */
  sequence: number;
  /** When the tick left its feed, CLOCK_MONOTONIC in ns. */
  timeNs: number;
  /** The number of times that the price was written. */
  updates: number;
}

/** Reads the table, in any process. */
export class PriceTable {
  protected readonly memory: BookMemory;
  protected readonly i32: Int32Array;
  protected readonly f64: Float64Array;
  protected readonly firstWord: number;
  protected readonly firstDouble: number;

  constructor(memory: BookMemory) {
    this.memory = memory;
    this.i32 = memory.i32;
    this.f64 = memory.f64;
    this.firstWord = memory.shape.tableOffset >> 2;
    this.firstDouble = memory.shape.tableOffset >> 3;
  }

  /** The number of symbols in the table. It only grows. */
  get symbolCount(): number {
    // SYNC POINT: pairs with the store of symbolCount in PriceTableWriter.add()
    return Math.min(this.memory.loadU32(HEADER.at.symbolCount), this.memory.shape.symbolCapacity);
  }

  /** How many entries are being written, or were when their writer died. */
  oddEntries(): number {
    let odd = 0;
    for (let index = 0; index < this.symbolCount; index++) {
      if (isHalfWritten(this.i32, this.firstWord + index * WORDS + VERSION)) odd++;
    }
    return odd;
  }

  /** The symbol of an entry below symbolCount. It never changes. */
  symbolAt(index: number): string {
    return this.memory.readText(this.memory.shape.symbolOffset + index * SYMBOL_NAME.bytes, SYMBOL_BYTES);
  }

  /** The latest price of an entry in USD, 0 before the first. @throws EntryBusyError, BookDamagedError */
  priceAt(index: number): number {
    if (PLAIN_ORDER) {
      const { i32 } = this;
      const first = this.firstWord + index * WORDS;
      const before = i32[first + VERSION]; // plain, because an Atomics.load costs as much as the rest of the read
      const status = i32[first + STATUS];
      const price = this.f64[this.firstDouble + index * DOUBLES + PRICE];
      const isWhole = (before & 1) === 0 && i32[first + VERSION] === before;
      if (isWhole && isEntry(status, price)) return price;
    }
    return this.#priceWithAtomics(index);
  }

  /** The same for processors that reorder loads, and for every second attempt: a compiler may merge plain loads in a loop. */
  #priceWithAtomics(index: number): number {
    const i32 = this.i32;
    const version = this.firstWord + index * WORDS + VERSION;
    for (let attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt++) {
      const before = versionBefore(i32, version); // SYNC POINT: pairs with the even version in writeRunInOrder()
      const status = i32[version - VERSION + STATUS];
      const price = this.f64[this.firstDouble + index * DOUBLES + PRICE];
      if (isWhole(i32, version, before)) {
        if (isEntry(status, price)) return price;
        throw this.#damaged(index);
      }
    }
    throw new EntryBusyError(this.symbolAt(index));
  }

  /**
   * The whole entry, at one moment.
   * @param attempts how many times an entry that is being written is read again
   * @param symbol its symbol, if the caller knows it
   * @throws EntryBusyError if the entry is still being written after all attempts; BookDamagedError
   */
  entryAt(index: number, attempts = READ_ATTEMPTS_MAX, symbol = this.symbolAt(index)): TableEntry {
    const { i32, u32 } = this.memory;
    const first = this.firstWord + index * WORDS;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const before = versionBefore(i32, first + VERSION); // SYNC POINT: pairs with the even version in writeRunInOrder()
      if ((before & 1) !== 0) continue;
      const entry = {
        symbol,
        status: i32[first + STATUS] as EntryStatus,
        price: this.f64[this.firstDouble + index * DOUBLES + PRICE],
        sequence: u32[first + SEQUENCE] + u32[first + SEQUENCE + 1] * TWO_32,
        timeNs: u32[first + TIME] + u32[first + TIME + 1] * TWO_32,
        updates: u32[first + UPDATES] + u32[first + UPDATES + 1] * TWO_32,
      };
      if (isWhole(i32, first + VERSION, before)) {
        if (isEntry(entry.status, entry.price)) return entry;
        throw this.#damaged(index);
      }
    }
    throw new EntryBusyError(symbol);
  }

  #damaged(index: number): BookDamagedError {
    return new BookDamagedError(
      this.memory.path,
      `entry ${index} holds no price that its writer could have written`,
    );
  }
}

/** Whether a writer could have written this. Overwritten memory does not look like this by chance. */
function isEntry(status: number, price: number): boolean {
  if (status === EntryStatus.EMPTY) return price === 0;
  return (status === LIVE || status === EntryStatus.STALE) && price > 0 && price < Number.POSITIVE_INFINITY;
}

/** Writes the table; only the process that holds the writer's lock has one. */
export class PriceTableWriter extends PriceTable {
  readonly #writeRun: WriteRun;

  constructor(memory: BookMemory) {
    super(memory);
    this.#writeRun = PLAIN_ORDER ? writeRunInOrder(memory) : writeRunWithAtomics(memory);
  }

  /** Adds an entry for a symbol that fits into it. The table must not be full. */
  add(symbol: string): number {
    const index = this.symbolCount;
    assert(index < this.memory.shape.symbolCapacity, 'the table is full');
    assert(fitsEntry(symbol), 'the symbol does not fit into an entry');
    this.memory.writeText(this.memory.shape.symbolOffset + index * SYMBOL_NAME.bytes, SYMBOL_BYTES, symbol);
    // SYNC POINT: after the symbol; pairs with the load in PriceTable.symbolCount
    this.memory.storeU32(HEADER.at.symbolCount, index + 1);
    return index;
  }

  /** Writes the ticks of the run in their order. Prices must be finite and above zero; nothing is checked per tick. */
  write(run: TickRun): void {
    this.#writeRun(run, 1);
  }

  /** Writes prices of a snapshot: their sequence is 0. */
  writeSnapshot(run: TickRun): void {
    run.firstSequence = 0;
    this.#writeRun(run, 0);
  }

  /** Marks a live price as stale, too old to rely on; the next tick makes it live again. */
  markStale(index: number): void {
    if (this.statusAt(index) !== EntryStatus.LIVE) return;
    const first = this.firstWord + index * WORDS;
    const odd = beginWrite(this.i32, first + VERSION);
    this.i32[first + STATUS] = EntryStatus.STALE;
    endWrite(this.i32, first + VERSION, odd);
  }

  /** The status of an entry. Only for the writer, because no version is checked. */
  statusAt(index: number): EntryStatus {
    return this.i32[this.firstWord + index * WORDS + STATUS] as EntryStatus;
  }

  /** The number of updates of an entry, modulo 2^32. Only for the writer. */
  updatesAt(index: number): number {
    return this.memory.u32[this.firstWord + index * WORDS + UPDATES];
  }

  /**
   * Makes the entries that a dead writer left odd readable again. An entry may hold half of one tick and half of another,
   * so it is stale until its next tick.
   * @returns the number of such entries
   */
  repair(): number {
    let repaired = 0;
    for (let index = 0; index < this.symbolCount; index++) {
      const version = this.firstWord + index * WORDS + VERSION;
      if (!isHalfWritten(this.i32, version)) continue;
      this.i32[version - VERSION + STATUS] =
        this.f64[this.firstDouble + index * DOUBLES + PRICE] > 0 ? EntryStatus.STALE : EntryStatus.EMPTY;
      Atomics.add(this.i32, version, 1);
      repaired++;
    }
    return repaired;
  }
}

/** Writes a run to the table; the sequence grows by `step` per tick. */
type WriteRun = (run: TickRun, step: 0 | 1) => void;

/**
 * The loop for processors that keep plain stores in order: the seqlock written out, because its atomic stores would double
 * the time of a tick. A closure over the arrays instead of a method: V8 treats them
 * as constants, and a tick costs 5 ns instead of 10.
 */
function writeRunInOrder({ i32, f64, shape }: BookMemory): WriteRun {
  const firstWord = shape.tableOffset >> 2;
  const firstDouble = shape.tableOffset >> 3;
  return ({ symbols, prices, count, firstSequence, timeNs }, step) => {
    const timeLow = timeNs | 0;
    const timeHigh = (timeNs / TWO_32) | 0;
    let low = firstSequence | 0;
    let high = (firstSequence / TWO_32) | 0;
    for (let i = 0; i < count; i++) {
      const symbol = symbols[i];
      const word = (firstWord + (symbol << WORDS_SHIFT)) | 0;
      const odd = i32[word + VERSION] | 1; // an entry that a dead writer left odd is whole again after this write
      i32[word + VERSION] = odd;
      i32[word + STATUS] = LIVE;
      f64[((firstDouble + (symbol << DOUBLES_SHIFT)) | 0) + PRICE] = prices[i];
      i32[word + SEQUENCE] = low;
      i32[word + SEQUENCE + 1] = high;
      i32[word + TIME] = timeLow;
      i32[word + TIME + 1] = timeHigh;
      const updates = (i32[word + UPDATES] + 1) | 0;
      i32[word + UPDATES] = updates;
      if (updates === 0) i32[word + UPDATES + 1]++;
      i32[word + VERSION] = odd + 1; // SYNC POINT: pairs with the loads of the version in priceAt() and entryAt()
      low = (low + step) | 0;
      if (low === 0) high += step;
    }
  };
}

/** The same for processors that reorder stores: atomic stores of the version keep the other stores between them. */
function writeRunWithAtomics({ i32, f64, shape }: BookMemory): WriteRun {
  const firstWord = shape.tableOffset >> 2;
  const firstDouble = shape.tableOffset >> 3;
  return ({ symbols, prices, count, firstSequence, timeNs }, step) => {
    for (let i = 0; i < count; i++) {
      const symbol = symbols[i];
      const word = firstWord + symbol * WORDS;
      const sequence = firstSequence + i * step;
      const odd = Atomics.or(i32, word + VERSION, 1) | 1;
      i32[word + STATUS] = LIVE;
      f64[firstDouble + symbol * DOUBLES + PRICE] = prices[i];
      i32[word + SEQUENCE] = sequence;
      i32[word + SEQUENCE + 1] = sequence / TWO_32;
      i32[word + TIME] = timeNs;
      i32[word + TIME + 1] = timeNs / TWO_32;
      const updates = (i32[word + UPDATES] + 1) | 0;
      i32[word + UPDATES] = updates;
      if (updates === 0) i32[word + UPDATES + 1]++;
      Atomics.store(i32, word + VERSION, odd + 1); // SYNC POINT: as in writeRunInOrder()
    }
  };
}
