// The counters of the processes that share a book, in the book, where every tool can read them. A process counts in
// private memory until it attaches to a book, and adds its sums to the book's when it does.

import { nowNs } from '@tickline/posix';
import type { BookMemory } from './book-memory.ts';
import { CounterPlace, nameOfSet, nameSet, placesOf } from './counter-place.ts';
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

/** One process's counters. `add` and `set` are single stores, in the book or in private memory. */
export class Counters<Name extends string> {
  readonly #table: CounterTable<Name>;
  readonly #owner: CounterOwner<Name>;
  readonly #names: readonly Name[];
  readonly #pid: number;
  readonly #named: NamedProcess | undefined;
  readonly #private: CounterPlace<Name>;
  #place: CounterPlace<Name>;
  /** The values at the last beat. */
  readonly #kept: Float64Array;
  /** Writes the name of a named process into its set of the book. */
  #writeName: () => void = () => {};

  /**
   * @param owner the process that counts: the part before the dot
   * @param pid its process id
   * @throws CounterTableError if the table has no counters of this owner
   */
  constructor(table: CounterTable<Name>, owner: CounterOwner<Name>, pid = process.pid, named?: NamedProcess) {
    this.#table = table;
    this.#owner = owner;
    this.#names = table.namesOf(owner);
    this.#pid = pid;
    this.#named = named;
    table.idOf(`${owner}.pid`); // throws if there are none
    this.#private = CounterPlace.inPrivate(table, owner);
    this.#place = this.#private;
    this.#kept = new Float64Array(this.#names.length);
    this.#introduce();
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
    for (const name of this.#names) {
      const value = continues ? this.#continued(name, place.get(name)) : this.get(name);
      place.values[this.#index(name, place)] = value;
    }
    this.#writeName(); // last: the next process of this name continues only what is complete
    this.#place = place;
    this.#put('heartbeatNs', nowNs()); // so a process that hangs before its first beat is seen too
    this.#keep();
    return undefined;
  }

  /**
   * Counts privately again, with the values of the book that are plausible: it may be damaged. What is not comes from the
   * last beat. A gauge has to survive, because some are set only when they change.
   */
  detach(): void {
    if (this.#place === this.#private) return;
    const isIntact = this.#place.pid === this.#pid;
    for (const [i, name] of this.#names.entries()) {
      const value = isIntact ? this.get(name) : this.#kept[i];
      const isPlausible =
        Math.abs(value) <= Number.MAX_SAFE_INTEGER && !(this.#table.kindOf(name) === 'sum' && value < 0);
      this.#private.values[this.#index(name, this.#private)] = isPlausible ? value : 0;
    }
    this.#place = this.#private;
    this.#introduce();
  }

  add(name: Name, amount = 1): void {
    this.#place.values[this.#index(name, this.#place)] += amount;
  }

  set(name: Name, value: number): void {
    this.#place.values[this.#index(name, this.#place)] = value;
  }

  get(name: Name): number {
    return this.#place.get(name);
  }

  /**
   * Shows that the process is alive. If another program wrote over its counters, the values of the last beat come
   * back. Call it last, after the other counters: a reader that sees the beat sees them.
   * @param longestLoopNs the longest event-loop iteration of late, in ns
   */
  beat(longestLoopNs: number): void {
    if (this.#place !== this.#private && this.#place.pid !== this.#pid) this.#repair();
    this.#put('longestLoopNs', longestLoopNs);
    this.#put('heartbeatNs', nowNs());
    this.#keep();
  }

  /** The first value of a counter of which an earlier process of this name left `before`. */
  #continued(name: Name, before: number): number {
    const kind = this.#table.kindOf(name);
    if (kind === 'position') return before;
    return kind === 'sum' ? before + this.get(name) : this.get(name);
  }

  /** A live process that claimed the place meanwhile keeps it. */
  #repair(): void {
    if (this.#place.claim(this.#pid) === undefined) this.#writeName();
    else this.#place = this.#private;
    for (const [i, name] of this.#names.entries()) this.set(name, this.#kept[i]);
  }

  #keep(): void {
    for (const [i, name] of this.#names.entries()) this.#kept[i] = this.get(name);
  }

  /** Throws CounterTableError for a counter that the table does not have, or that another process owns. */
  #index(name: Name, place: CounterPlace<Name>): number {
    return place.indexOf(name) ?? this.#table.idOf(`${this.#owner} has no ${name}`);
  }

  #put(counter: string, value: number): void {
    this.set(`${this.#owner}.${counter}` as Name, value);
  }

  #introduce(): void {
    this.#put('pid', this.#pid);
    this.#put('starts', 1);
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
