// The rows of a file that are left out, counted by reason.

import type { RowFault } from '../../monitoring/row-faults.ts';
import { quoted } from './feed-errors.ts';

/** One reason: how many rows, and the first of them. */
export interface Skip {
  /** What the run's summary calls it; undefined for what is only looked at, and not counted in a run. */
  readonly fault?: RowFault;
  /** Follows "left out, because": `the price is negative`. */
  readonly reason: string;
  count: number;
  /** The first row with its text, and what was expected. */
  readonly first: string;
}

/** Why a row is skipped, and what was expected. */
export interface SkipReason {
  readonly fault: RowFault;
  readonly reason: string;
  readonly expected: string;
}

/** The last row of a file. */
export const NO_LINE_END: SkipReason = {
  fault: 'no line end',
  reason: 'the last row has no line end',
  expected: 'a line end, since the row may be half written',
};

/** Where a row stands. */
export interface RowPlace {
  /** Number of the row of data, from 1. */
  readonly row: number;
  /** Number of the line in the file, from 1. */
  readonly line: number;
}

/** Counts of a few reasons: the callers have a fixed list of them. */
export class Skips {
  readonly #byReason = new Map<string, Skip>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** In the order in which they occurred first. */
  get all(): readonly Skip[] {
    return [...this.#byReason.values()];
  }

  get first(): Skip | undefined {
    return this.all[0];
  }

  add({ fault, reason, expected }: SkipReason, { row, line }: RowPlace, text: string): void {
    this.#count++;
    const known = this.#byReason.get(reason);
    if (known !== undefined) known.count++;
    else {
      const first = `row ${row} (line ${line}): ${reason}: ${quoted(text)}, expected ${expected}`;
      this.#byReason.set(reason, { fault, reason, count: 1, first });
    }
  }
}

/** `price is negative 1, price is missing 5`. */
export function skipsText(skips: readonly Skip[]): string {
  return skips.map(({ reason, count }) => `${reason}: ${count}`).join(', ');
}
