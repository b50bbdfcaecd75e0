// Logs the rows of a file that are skipped.

import { counted } from '../platform/counted.ts';
import { GrowingCount } from '../platform/growing-count.ts';
import type { Log } from '../platform/log.ts';
import { type Skip, skipsText } from './feeds/skips.ts';

/** What skips rows: a feed of prices or of news. */
export interface SkipsRows {
  readonly rejectedRows?: number;
  readonly lastRejection?: string | undefined;
  readonly skips?: readonly Skip[] | undefined;
}

/**
 * The first row of each reason has a line, where the source tells reasons apart. Their counts have at most one line per
 * second, and the last one has the count of all.
 */
export class SkippedRows {
  readonly #log: Log;
  readonly #what: string;
  readonly #source: SkipsRows;
  readonly #count = new GrowingCount((count) => this.#logCount(count));
  #reasons = 0;

  /** @param what the rows: `prices`, say */
  constructor(log: Log, what: string, source: SkipsRows) {
    this.#log = log;
    this.#what = what;
    this.#source = source;
  }

  /** Logs the rows skipped since the last line. @param isLast logs them in any case */
  report(isLast = false): void {
    const { rejectedRows = 0, skips = [] } = this.#source;
    for (const { first, reason } of skips.slice(this.#reasons))
      this.#log.warn({ event: 'row-skipped', reason }, `skipped a row of the ${this.#what}: ${first}`);
    this.#reasons = skips.length;
    this.#count.report(rejectedRows, isLast);
  }

  #logCount(count: number): void {
    const { lastRejection, skips = [] } = this.#source;
    const reason = skips.length > 0 ? skipsText(skips) : lastRejection;
    const why = skips.length > 0 ? `: ${reason}` : `, the last one because ${reason}`;
    this.#log.warn(
      { event: 'rows-skipped', count, reason },
      `skipped ${counted(count, 'row')} of the ${this.#what} so far${why}`,
    );
  }
}
