// The strategies of one price book, each with its counters. `book.counter()` reads those of the first: that of a run.

import type { CounterName } from './counter-table.ts';
import { type ProcessState, stateOfCounts } from './process-state.ts';
import type { StackBook } from './stack-book.ts';

/** The name of a strategy that gave none. */
const UNNAMED = 'strategy';

export interface StrategyCounts extends ProcessState {
  readonly name: string;
  /** The value of one of its counters, which begin with `strategy.`. */
  counter(name: CounterName): number;
}

/** All strategies that ever counted in the book, dead ones too. */
export function strategiesOf(book: StackBook): StrategyCounts[] {
  return book.countsOf('strategy').map(({ name, counter }) => ({
    ...stateOfCounts('strategy', counter),
    name: name || UNNAMED,
    counter,
  }));
}
