// Counters in a shared file. Each process that counts has a line of its own, locked while it lives, so that counting is one
// store without contention, and a killed process loses nothing: its line keeps its sums, and the next process continues them.

import { BadValueError, NoCounterLineError } from './errors.ts';
import type { FileLock } from './file-lock.ts';
import type { FileMemory } from './file-memory.ts';
import type { PlacedPart } from './shared-layout.ts';

/** Counts, and sums what all processes counted. */
export class SharedCounters<Name extends string> {
  readonly names: readonly Name[];
  readonly #memory: FileMemory;
  readonly #place: PlacedPart;
  readonly #indexOf: ReadonlyMap<Name, number>;
  readonly #lockOf: (line: number) => FileLock;
  #lock: FileLock | undefined;
  #line = 0;

  /** @param lockOf the lock of a line */
  constructor(
    memory: FileMemory,
    names: readonly Name[],
    place: PlacedPart,
    lockOf: (line: number) => FileLock,
  ) {
    this.#memory = memory;
    this.names = names;
    this.#place = place;
    this.#indexOf = new Map(names.map((name, index) => [name, index]));
    this.#lockOf = lockOf;
  }

  /** Adds to a counter. @throws ReadOnlyMemoryError, BadValueError; NoCounterLineError if 32 live processes count already */
  add(name: Name, amount = 1): void {
    const index = this.#index(name);
    if (this.#lock === undefined) this.#claim();
    this.#memory.f64[(this.#line >> 3) + index] += amount;
  }

  /** The sum over all processes, dead ones too. Whole numbers are exact up to 2^53. */
  get(name: Name): number {
    const { offset, count, stride } = this.#place;
    const first = (offset >> 3) + this.#index(name);
    let sum = 0;
    for (let line = 0; line < count; line++) sum += this.#memory.f64[first + line * (stride >> 3)];
    return sum;
  }

  /** Gives the line back; its sums stay. */
  release(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }

  #claim(): void {
    this.#memory.requireWritable();
    const { offset, count, stride } = this.#place;
    for (let line = 0; line < count; line++) {
      const lock = this.#lockOf(line);
      if (!lock.tryAcquire()) continue;
      this.#lock = lock;
      this.#line = offset + line * stride;
      return;
    }
    throw new NoCounterLineError(this.#memory.path, count);
  }

  #index(name: Name): number {
    const index = this.#indexOf.get(name);
    if (index === undefined) throw new BadValueError('a counter', name, `one of ${this.names.join(', ')}`);
    return index;
  }
}
