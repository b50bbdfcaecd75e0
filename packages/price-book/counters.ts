// The counters of the processes that share a book, in the book, where every tool can read them. A process counts in
// private memory until it attaches to a book, and adds its sums to the book's when it does.

import { isAlive, nowNs } from '@tickline/posix';
import type { BookMemory } from './book-memory.ts';
import type { CounterOwner, CounterTable } from './counter-table.ts';
import { COUNTER_CAPACITY, COUNTER_LABEL_BYTES, COUNTER_LINE } from './layout.ts';
import type { MappedPriceBook } from './mapped-price-book.ts';

const LINE_DOUBLES = COUNTER_LINE.bytes >> 3;
const PRIVATE_DOUBLES = COUNTER_CAPACITY * LINE_DOUBLES;
const PRIVATE_BYTES = PRIVATE_DOUBLES * Float64Array.BYTES_PER_ELEMENT;
const VALUE = COUNTER_LINE.at.value >> 3;

/** One process's counters. `add` and `set` are single stores, in the book or in private memory. */
export class Counters<Name extends string> {
  readonly #table: CounterTable<Name>;
  readonly #names: readonly Name[];
  readonly #pid: number;
  readonly #pidIndex: number;
  readonly #startsIndex: number;
  readonly #heartbeatIndex: number;
  readonly #longestLoopIndex: number;
  #values: Float64Array = new Float64Array(PRIVATE_DOUBLES);

  /**
   * @param owner the process that counts: the part before the dot
   * @param pid its process id
   * @throws CounterTableError if the table has no counters of this owner
   */
  constructor(table: CounterTable<Name>, owner: CounterOwner<Name>, pid = process.pid) {
    this.#table = table;
    this.#names = table.namesOf(owner);
    this.#pid = pid;
    this.#pidIndex = valueIndex(table.idOf(`${owner}.pid`));
    this.#startsIndex = valueIndex(table.idOf(`${owner}.starts`));
    this.#heartbeatIndex = valueIndex(table.idOf(`${owner}.heartbeatNs`));
    this.#longestLoopIndex = valueIndex(table.idOf(`${owner}.longestLoopNs`));
    this.#introduce();
  }

  /**
   * Counts in the book from now on; sums are added to those in the book. Only one live process per owner counts in a
   * book: if there is one already, this process continues to count privately.
   * @returns the process id of the live process that counts there; undefined if this one does
   * @throws ReadOnlyBookError
   */
  attach({ memory }: Pick<MappedPriceBook, 'memory'>): number | undefined {
    memory.requireWritable();
    const other = this.#claim(memory);
    if (other !== undefined) return other;
    const shared = memory.f64.subarray(memory.shape.counterOffset >> 3);
    for (const name of this.#names) {
      const index = valueIndex(this.#table.idOf(name));
      const before = this.#table.isSum(name) ? shared[index] : 0;
      shared[index] = before + this.#values[index];
    }
    this.#values = shared;
    this.#values[this.#heartbeatIndex] = nowNs(); // so a process that hangs before its first beat is seen too
    return undefined;
  }

  /** Counts privately again. Keeps the sums of the book that are plausible: the book may be damaged. */
  detach(): void {
    if (this.#values.buffer.byteLength === PRIVATE_BYTES) return;
    const values = new Float64Array(PRIVATE_DOUBLES);
    for (const name of this.#names) {
      const value = this.get(name);
      if (this.#table.isSum(name) && value >= 0 && value <= Number.MAX_SAFE_INTEGER)
        values[valueIndex(this.#table.idOf(name))] = value;
    }
    this.#values = values;
    this.#introduce();
  }

  add(name: Name, amount = 1): void {
    this.#values[valueIndex(this.#table.idOf(name))] += amount;
  }

  set(name: Name, value: number): void {
    this.#values[valueIndex(this.#table.idOf(name))] = value;
  }

  get(name: Name): number {
    return this.#values[valueIndex(this.#table.idOf(name))];
  }

  /**
   * Shows that the process is alive. Call it last, after the other counters: a reader that sees the beat sees them.
   * @param longestLoopNs the longest event-loop iteration of late, in ns
   */
  beat(longestLoopNs: number): void {
    this.#values[this.#longestLoopIndex] = longestLoopNs;
    this.#values[this.#heartbeatIndex] = nowNs();
  }

  #introduce(): void {
    this.#values[this.#pidIndex] = this.#pid;
    this.#values[this.#startsIndex] = 1;
  }

  /**
   * Writes this process id where no live process has its own.
   * @returns the process id of the live process that is there instead
   */
  #claim(memory: BookMemory): number | undefined {
    const index = (memory.shape.counterOffset >> 3) + this.#pidIndex;
    const bits = Atomics.load(memory.i64, index);
    const holder = doubleOf(bits);
    if (holder !== this.#pid && isAlive(holder)) return holder;
    // SYNC POINT: pairs with itself in another process: of two that claim at the same time, one succeeds.
    const found = Atomics.compareExchange(memory.i64, index, bits, bitsOf(this.#pid));
    return found === bits ? undefined : doubleOf(found);
  }
}

/** Reads the counters of all processes. Without a table there is no counter to name. */
export function counterReader<Name extends string>(
  memory: BookMemory,
  table: CounterTable<Name> | undefined,
): (name: Name) => number {
  const first = memory.shape.counterOffset >> 3;
  return (name) => (table ? memory.f64[first + valueIndex(table.idOf(name))] : 0);
}

/** Writes the ids and labels, so that a reader in any language finds a counter by its label. */
export function labelCounters(memory: BookMemory, table: CounterTable<string>): void {
  table.names.forEach((name, id) => {
    const line = memory.shape.counterOffset + id * COUNTER_LINE.bytes;
    memory.u32[(line + COUNTER_LINE.at.id) >> 2] = id;
    memory.writeText(line + COUNTER_LINE.at.label, COUNTER_LABEL_BYTES, name);
  });
}

/** Where the value of a counter is, in doubles from the first counter. */
function valueIndex(id: number): number {
  return id * LINE_DOUBLES + VALUE;
}

// A double as the 64-bit integer with the same bytes, and back: atomic operations take integers only.

function bitsOf(value: number): bigint {
  return new BigInt64Array(Float64Array.of(value).buffer)[0];
}

function doubleOf(bits: bigint): number {
  return new Float64Array(BigInt64Array.of(bits).buffer)[0];
}
