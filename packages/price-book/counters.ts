// The counters of the processes that share a book, in the book, where every tool can read them. A process has its own values
// besides: they are exact if another program writes over those in the book, and go with the process into the next one.

import assert from 'node:assert/strict';
import { nowNs } from '@tickline/posix';
import type { BookMemory } from './book-memory.ts';
import { type CounterPlace, nameOfSet, nameSet, placesOf } from './counter-place.ts';
import type { CounterOwner, CounterTable } from './counter-table.ts';
import { COUNTER_LABEL_BYTES, COUNTER_LINE } from './layout.ts';
import type { MappedPriceBook } from './mapped-price-book.ts';

/** A dead process is given this long to come back, before a process with another name gets its lines. */
const RETURN_NS = 5e9;

/** A process among several of its kind. Only one kind in a table may have names. */
export interface NamedProcess {
  /** At most 64 bytes of ASCII. Its counters continue under this name. */
  readonly name: string;
  /** Whether it belongs in the lines, and takes them as soon as their process is dead. */
  readonly isMain: boolean;
}

/** Counters in a book. */
interface Copy<Name extends string> {
  readonly place: CounterPlace<Name>;
  /** Where in its values each counter is. */
  readonly indices: Int32Array;
}

/** One process's counters. `add` and `set` store a value twice at most: in the memory of the process, and in the book. */
export class Counters<Name extends string> {
  readonly #table: CounterTable<Name>;
  readonly #owner: CounterOwner<Name>;
  readonly #names: readonly Name[];
  readonly #indexOf: ReadonlyMap<Name, number>;
  readonly #pid: number;
  readonly #named: NamedProcess | undefined;
  /** The inode of the book that has the sums, then the values; zeros before the first book. It may outlive the process. */
  readonly #kept: Float64Array;
  /** The values: private until there is a book, and then those kept. */
  #own: Float64Array;
  #copy: Copy<Name> | undefined;
  /** The inode of the last book. */
  #inode: number | undefined;
  /** Writes the name of a named process into its set of the book. */
  #writeName: () => void = () => {};

  /**
   * @param owner the process that counts: the part before the dot
   * @param pid its process id
   * @param kept memory that outlives the process, zeros at first: if a process dies and its book is removed, the sums of the
   *   next process continue. It has room for one value more than the owner has counters
   * @throws CounterTableError if the table has no counters of this owner
   */
  constructor(
    table: CounterTable<Name>,
    owner: CounterOwner<Name>,
    pid = process.pid,
    named?: NamedProcess,
    kept?: Float64Array,
  ) {
    this.#table = table;
    this.#owner = owner;
    this.#names = table.namesOf(owner);
    this.#indexOf = new Map(this.#names.map((name, index) => [name, index]));
    this.#pid = pid;
    this.#named = named;
    table.idOf(`${owner}.pid`); // throws if there are none
    this.#kept = kept ?? new Float64Array(1 + this.#names.length);
    assert(this.#kept.length > this.#names.length, 'the memory that is kept has no room for these counters');
    this.#own = new Float64Array(this.#names.length);
    this.#put('pid', pid);
    this.#put('starts', 1);
  }

  /**
   * Counts in the book from now on; sums are added to those in the book. Without a name, one live process per owner counts
   * in a book; of named processes, as many as there are sets. A further one continues to count privately.
   * @returns the process id of the live process that counts there; undefined if this one does
   * @throws ReadOnlyBookError
   */
  attach({ memory }: Pick<MappedPriceBook, 'memory'>): number | undefined {
    memory.requireWritable();
    const { place, other, continues } = this.#claim(memory);
    if (other !== undefined) return other;
    const copy = { place, indices: place.indicesOf(this.#names) };
    if (memory.inode !== this.#inode) this.#continue(copy, memory.inode, continues);
    this.#put('heartbeatNs', nowNs()); // so a process that hangs before its first beat is seen too
    this.#write(copy);
    this.#writeName(); // last: the next process of this name continues only what is complete
    this.#keep(memory.inode);
    this.#copy = copy;
    this.#inode = memory.inode;
    return undefined;
  }

  /** Counts privately from now on: the book is damaged, or not used any more. */
  detach(): void {
    this.#copy = undefined;
  }

  add(name: Name, amount = 1): void {
    const index = this.#index(name);
    this.#store(index, this.#own[index] + amount);
  }

  set(name: Name, value: number): void {
    this.#store(this.#index(name), value);
  }

  /** One of its counters, or in a book also one of another process. */
  get(name: Name): number {
    const index = this.#indexOf.get(name);
    return index === undefined ? (this.#copy?.place.get(name) ?? 0) : this.#own[index];
  }

  /**
   * Shows that the process is alive. If another program wrote over its counters, their values come back. Call it last,
   * after the other counters: a reader that sees the beat sees them.
   * @param longestLoopNs the longest event-loop iteration of late, in ns
   */
  beat(longestLoopNs: number): void {
    if (this.#copy !== undefined && this.#copy.place.pid !== this.#pid) this.#repair(this.#copy);
    this.#put('longestLoopNs', longestLoopNs);
    this.#put('heartbeatNs', nowNs());
  }

  /** A live process that claimed the place meanwhile keeps it. */
  #repair(copy: Copy<Name>): void {
    if (copy.place.claim(this.#pid) === undefined) {
      this.#writeName();
      this.#write(copy);
    } else this.#copy = undefined;
  }

  /** Takes over what earlier processes counted: in this book, or, if theirs is another one, what they kept. */
  #continue({ place, indices }: Copy<Name>, inode: number, continues: boolean): void {
    const isKept = this.#inode === undefined && inode !== this.#kept[0];
    for (const [index, name] of this.#names.entries()) {
      const kind = this.#table.kindOf(name);
      const before = continues ? place.values[indices[index]] : 0;
      if (kind === 'sum') this.#own[index] += before + (isKept ? this.#kept[index + 1] : 0);
      if (kind === 'position' && continues) this.#own[index] = before;
    }
  }

  #write({ place, indices }: Copy<Name>): void {
    for (const [index, value] of this.#own.entries()) place.values[indices[index]] = value;
  }

  #keep(inode: number): void {
    const values = this.#kept.subarray(1, 1 + this.#names.length);
    values.set(this.#own);
    this.#own = values;
    this.#kept[0] = inode; // last: if the process is killed before, the next one adds the sums to this book again
  }

  #store(index: number, value: number): void {
    this.#own[index] = value;
    const copy = this.#copy;
    if (copy !== undefined) copy.place.values[copy.indices[index]] = value;
  }

  /** @throws CounterTableError for a counter that the table does not have, or that another process owns */
  #index(name: Name): number {
    return this.#indexOf.get(name) ?? this.#table.idOf(`${this.#owner} has no ${name}`);
  }

  #put(counter: string, value: number): void {
    this.set(`${this.#owner}.${counter}` as Name, value);
  }

  #claim(memory: BookMemory): { place: CounterPlace<Name>; other?: number | undefined; continues: boolean } {
    const places = placesOf(memory, this.#table, this.#owner);
    const named = this.#named;
    if (named === undefined) return { place: places[0], other: places[0].claim(this.#pid), continues: true };
    const names = places.map((_, set) => nameOfSet(memory, set));
    const set = this.#chooseSet(places, names, named);
    const place = places[set];
    const other = place.claim(this.#pid);
    const continues = names[set] === named.name;
    if (other === undefined) {
      if (!continues) nameSet(memory, set, ''); // before its values: nobody continues half of them
      this.#writeName = () => nameSet(memory, set, named.name);
    }
    return { place, other, continues };
  }

  /** The set of this name, the lines, a set that was never used, or the one whose process is dead for longest. */
  #chooseSet(places: readonly CounterPlace<Name>[], names: readonly string[], named: NamedProcess): number {
    const [lines] = places;
    const canHaveLines = lines.isFreeFor(this.#pid) && (named.isMain || lines.silentNs > RETURN_NS);
    if (named.isMain && canHaveLines) return 0;
    const own = names.indexOf(named.name);
    if (own >= 0) return own;
    if (canHaveLines) return 0;
    const free = places.map((_, set) => set).filter((set) => set > 0 && places[set].isFreeFor(this.#pid));
    const [longest = 0] = free.sort((one, two) => places[two].silentNs - places[one].silentNs);
    return longest;
  }
}

/** Reads the counters of all processes. Without a table there is no counter to name. */
export function counterReader<Name extends string>(
  memory: BookMemory,
  table: CounterTable<Name> | undefined,
): (name: Name) => number {
  const first = memory.shape.counterOffset;
  return (name) =>
    table ? memory.f64[(first + table.idOf(name) * COUNTER_LINE.bytes + COUNTER_LINE.at.value) >> 3] : 0;
}

/** The counters of one of several processes of a kind. */
export interface ProcessCounts<Name extends string> {
  /** Empty if it gave none. */
  readonly name: string;
  /** The value of one of its counters. */
  counter(name: Name): number;
}

/** All processes of a kind that ever counted in the book, dead ones too; the first is the one in the lines. */
export function processCounts<Name extends string>(
  memory: BookMemory,
  table: CounterTable<Name>,
  owner: CounterOwner<Name>,
): ProcessCounts<Name>[] {
  return placesOf(memory, table, owner)
    .map((place, set) => ({ place, name: nameOfSet(memory, set) }))
    .filter(({ place }) => place.pid !== 0)
    .map(({ place, name }) => ({ name, counter: (counter) => place.get(counter) }));
}

/** Writes the ids and labels, so that a reader in any language finds a counter by its label. */
export function labelCounters(memory: BookMemory, table: CounterTable<string>): void {
  table.names.forEach((name, id) => {
    const line = memory.shape.counterOffset + id * COUNTER_LINE.bytes;
    memory.u32[(line + COUNTER_LINE.at.id) >> 2] = id;
    memory.writeText(line + COUNTER_LINE.at.label, COUNTER_LABEL_BYTES, name);
  });
}
