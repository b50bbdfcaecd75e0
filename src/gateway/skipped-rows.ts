// Logs the rows of a file that are skipped.

import type { Log } from '../platform/log.ts';
import { LogThrottle } from '../platform/log-throttle.ts';

/** What skips rows: a feed of prices or of news. */
interface SkipsRows {
  readonly rejectedRows?: number;
  readonly lastRejection?: string | undefined;
}

/** At most one line per second, each with the count so far; the last one has the count of all. */
export class SkippedRows {
  readonly #log: Log;
  readonly #throttle = new LogThrottle();
  readonly #what: string;
  readonly #source: SkipsRows;
  #logged = 0;

  /** @param what the rows: `prices`, say */
  constructor(log: Log, what: string, source: SkipsRows) {
    this.#log = log;
    this.#what = what;
    this.#source = source;
  }

  /** Logs the rows skipped since the last line. @param isLast logs them in any case */
  report(isLast = false): void {
    const { rejectedRows: count = 0, lastRejection } = this.#source;
    if (count === this.#logged || !(this.#throttle.shouldLog() || isLast)) return;
    this.#logged = count;
    this.#log.warn(
      { event: 'rows-skipped', count, reason: lastRejection },
      `skipped ${count} rows of the ${this.#what} so far, the last one because ${lastRejection}`,
    );
  }
}
