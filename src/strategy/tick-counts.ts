// Counts each tick of the ring once, also one that is evaluated again because the last process was killed before its reader slot
// had the new cursor.
//
//    seen + lapped + refused = position in the ring + offset
//
// The counts themselves thus tell up to where they count: a count and a position would be two stores, with room for a kill
// between. The offset changes only before the first tick of a process.

import type { CounterName } from '../monitoring/counter-table.ts';
import type { ProcessCounters, StackBook } from '../monitoring/stack-book.ts';

const COUNTS = ['strategy.ticksSeen', 'strategy.ticksLapped', 'strategy.ticksRefused'] as const;
const OFFSET: CounterName = 'strategy.ringOffset';

export class TickCounts {
  readonly #counters: ProcessCounters;
  /** The position in the ring of the next tick. */
  #cursor = 0;
  /** Ticks before this position are counted. */
  #countedTo = 0;

  constructor(counters: ProcessCounters) {
    this.#counters = counters;
  }

  /**
   * Attaches the counters to a book whose ring is read from `cursor` on. Ticks between the last one counted and the cursor are
   * not for this process, and never counted.
   * @returns as Counters.attach()
   * @throws ReadOnlyBookError
   */
  attach(book: StackBook, cursor: number): number | undefined {
    this.#countFrom(cursor); // in a book without counters of this name
    const other = this.#counters.attach(book);
    const countedTo = this.#sum - this.#counters.get(OFFSET);
    const isSound = countedTo >= cursor && countedTo <= book.ticks().published; // the book may have been overwritten
    if (!isSound) this.#countFrom(cursor);
    this.#cursor = cursor;
    this.#countedTo = isSound ? countedTo : cursor;
    return other;
  }

  /** The next `ticks` of the ring were seen, lapped or refused. */
  add(name: (typeof COUNTS)[number], ticks: number): void {
    this.#cursor += ticks;
    if (this.#cursor <= this.#countedTo) return;
    this.#counters.add(name, this.#cursor - this.#countedTo);
    this.#countedTo = this.#cursor;
  }

  /** Ticks that were in the last book, and were not read from it. */
  addOfLastBook(ticks: number): void {
    this.#counters.add(OFFSET, ticks); // first: if the process is killed here, ticks are rather counted twice than never
    this.#counters.add('strategy.ticksLapped', ticks);
  }

  #countFrom(cursor: number): void {
    this.#counters.set(OFFSET, this.#sum - cursor);
  }

  get #sum(): number {
    return COUNTS.reduce((sum, name) => sum + this.#counters.get(name), 0);
  }
}
