// Logs and counts the rows that a Gateway skips, and the clients that lose ticks.

import type { ProcessCounters } from '../monitoring/stack-book.ts';
import type { Log } from '../platform/log.ts';
import { LOGGED_PER_SECOND, LogThrottle } from '../platform/log-throttle.ts';
import { SkippedRows, type SkipsRows } from './skipped-rows.ts';

export class GatewayLosses {
  readonly #counters: ProcessCounters;
  readonly #feed: SkipsRows;
  readonly #skippedRows: readonly SkippedRows[];
  readonly #conflated: LogThrottle;

  constructor(log: Log, counters: ProcessCounters, feed: SkipsRows, newsFeed: SkipsRows) {
    this.#counters = counters;
    this.#feed = feed;
    this.#skippedRows = [new SkippedRows(log, 'prices', feed), new SkippedRows(log, 'news', newsFeed)];
    this.#conflated = new LogThrottle(log.warn, LOGGED_PER_SECOND);
  }

  /** The replay window has moved past a client. */
  conflated(client: string): void {
    this.#counters.add('gateway.clientsConflated');
    this.#conflated.log(
      { event: 'client-conflated', client },
      `${client} is too slow: it lost ticks and got a snapshot`,
    );
  }

  /** Call it periodically. @param isLast when nothing more follows */
  report(isLast: boolean): void {
    this.#counters.set('gateway.rowsRejected', this.#feed.rejectedRows ?? 0);
    for (const skipped of this.#skippedRows) skipped.report(isLast);
  }
}
