// Where a book has the counters of one process: in the lines of their ids, or in a set of a named process.

import { isAlive, nowNs } from '@tickline/posix';
import type { BookMemory } from './book-memory.ts';
import type { CounterOwner, CounterTable } from './counter-table.ts';
import { COUNTER_LINE, COUNTER_SET, COUNTER_SETS, PROCESS_NAME_BYTES } from './layout.ts';

const LINE_DOUBLES = COUNTER_LINE.bytes >> 3;
const VALUE = COUNTER_LINE.at.value >> 3;

/** The values of one process's counters. */
export class CounterPlace<Name extends string> {
  readonly values: Float64Array;
  readonly #indexOf: ReadonlyMap<Name, number>;
  readonly #pid: Name;
  readonly #heartbeat: Name;

  private constructor(owner: string, values: Float64Array, indexOf: ReadonlyMap<Name, number>) {
    this.values = values;
    this.#indexOf = indexOf;
    this.#pid = `${owner}.pid` as Name;
    this.#heartbeat = `${owner}.heartbeatNs` as Name;
  }

  /** In the lines of their ids: the first process of its kind. */
  static inLines<Name extends string>(
    memory: BookMemory,
    table: CounterTable<Name>,
    owner: CounterOwner<Name>,
  ) {
    const first = memory.shape.counterOffset >> 3;
    const lines = table.names.map((name, id) => [name, id * LINE_DOUBLES + VALUE] as const);
    return new CounterPlace(owner, memory.f64.subarray(first), new Map(lines));
  }

  /** In a set, from 1 on. */
  static inSet<Name extends string>(
    memory: BookMemory,
    table: CounterTable<Name>,
    owner: CounterOwner<Name>,
    set: number,
  ) {
    const first = (setOffset(memory, set) + COUNTER_SET.at.values) >> 3;
    return new CounterPlace(owner, memory.f64.subarray(first), packed(table.namesOf(owner)));
  }

  /** Where in the values these counters are; -1 for one that is not there. */
  indicesOf(names: readonly Name[]): Int32Array {
    return Int32Array.from(names, (name) => this.#indexOf.get(name) ?? -1);
  }

  /** The value of a counter; 0 if it is not of this kind of process. */
  get(name: Name): number {
    const index = this.#indexOf.get(name);
    return index === undefined ? 0 : this.values[index];
  }

  /** The process that counts here; 0 if none ever did. */
  get pid(): number {
    return this.get(this.#pid);
  }

  /** Whether no live process but this one counts here. */
  isFreeFor(pid: number): boolean {
    return this.pid === pid || !isAlive(this.pid);
  }

  /** ns since the last heartbeat; Infinity if nothing ever counted here. */
  get silentNs(): number {
    const beat = this.get(this.#heartbeat);
    return beat === 0 ? Number.POSITIVE_INFINITY : nowNs() - beat;
  }

  /**
   * Writes this process id where no live process has its own.
   * @returns the process id of the live process that is there instead
   */
  claim(pid: number): number | undefined {
    const { buffer, byteOffset } = this.values;
    const words = new BigInt64Array(buffer, byteOffset);
    const index = this.#indexOf.get(this.#pid) ?? 0;
    const bits = Atomics.load(words, index);
    const holder = doubleOf(bits);
    if (holder !== pid && isAlive(holder)) return holder;
    // SYNC POINT: pairs with itself in another process: of two that claim at the same time, one succeeds.
    const found = Atomics.compareExchange(words, index, bits, bitsOf(pid));
    return found === bits ? undefined : doubleOf(found);
  }
}

/** The name of the process whose counters are in a set; that of set 0 counts in the lines. Empty if there is none. */
export function nameOfSet(memory: BookMemory, set: number): string {
  return memory.readText(setOffset(memory, set) + COUNTER_SET.at.name, PROCESS_NAME_BYTES);
}

export function nameSet(memory: BookMemory, set: number, name: string): void {
  memory.writeText(setOffset(memory, set) + COUNTER_SET.at.name, PROCESS_NAME_BYTES, name);
}

/** The places of named processes: the lines, then the sets. */
export function placesOf<Name extends string>(
  memory: BookMemory,
  table: CounterTable<Name>,
  owner: CounterOwner<Name>,
): CounterPlace<Name>[] {
  return Array.from({ length: COUNTER_SETS }, (_, set) =>
    set === 0 ? CounterPlace.inLines(memory, table, owner) : CounterPlace.inSet(memory, table, owner, set),
  );
}

function setOffset({ shape }: BookMemory, set: number): number {
  return shape.counterSetOffset + set * COUNTER_SET.bytes;
}

function packed<Name extends string>(names: readonly Name[]): ReadonlyMap<Name, number> {
  return new Map(names.map((name, index) => [name, index]));
}

// A double as the 64-bit integer with the same bytes, and back: atomic operations take integers only.

function bitsOf(value: number): bigint {
  return new BigInt64Array(Float64Array.of(value).buffer)[0];
}

function doubleOf(bits: bigint): number {
  return new Float64Array(BigInt64Array.of(bits).buffer)[0];
}
