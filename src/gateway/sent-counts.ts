// Counts the ticks that were sent, each number of a run once: a Gateway that follows a killed one may send some again.
//
//    ticks sent = number of the last one + offset
//
// The number alone is thus what a kill leaves; the offset changes only when a run or a book begins.

import type { ProcessCounters, StackBook } from '../monitoring/stack-book.ts';
import type { SentPosition } from './sent-position.ts';

export class SentCounts {
  readonly #counters: ProcessCounters;
  readonly #runId: number;
  readonly #position: SentPosition;
  #last: number;

  /** @param position that has begun the run */
  constructor(counters: ProcessCounters, runId: number, position: SentPosition) {
    this.#counters = counters;
    this.#runId = runId;
    this.#position = position;
    this.#last = position.left?.sent ?? 0;
    counters.set('gateway.session', runId);
    counters.set('gateway.lastSequence', this.#last);
    counters.set('gateway.sentOffset', -this.#last);
  }

  /** Counts in a book. Returns what Counters.attach() does. @throws ReadOnlyBookError */
  attach(book: StackBook): number | undefined {
    const counters = this.#counters;
    const isRunOfBook = book.counter('gateway.session') === this.#runId;
    if (!isRunOfBook) counters.set('gateway.session', 0); // until the offset is there
    const other = counters.attach(book);
    if (isRunOfBook) this.#count();
    else counters.set('gateway.sentOffset', counters.get('gateway.ticksSent') - this.#last);
    counters.set('gateway.session', this.#runId);
    return other;
  }

  /** The ticks up to this one are about to be sent. */
  advance(sequence: number): void {
    this.#last = this.#position.advance(sequence);
    this.#counters.set('gateway.lastSequence', this.#last);
    this.#count();
  }

  #count(): void {
    this.#counters.set('gateway.ticksSent', this.#last + this.#counters.get('gateway.sentOffset'));
  }
}
