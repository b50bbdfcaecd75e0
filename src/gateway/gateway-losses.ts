// Logs and counts the rows that a Gateway skips, and the clients that lose ticks.

import type { CounterName } from '../monitoring/counter-table.ts';
import { NEWS_FAULTS, PRICE_FAULTS } from '../monitoring/row-faults.ts';
import type { ProcessCounters } from '../monitoring/stack-book.ts';
import { counted } from '../platform/counted.ts';
import type { Log } from '../platform/log.ts';
import { LOGGED_PER_SECOND, LogThrottle } from '../platform/log-throttle.ts';
import type { FirstTick } from './first-tick.ts';
import { SkippedRows, type SkipsRows } from './skipped-rows.ts';

export class GatewayLosses {
  readonly #log: Log;
  readonly #counters: ProcessCounters;
  readonly #feed: SkipsRows;
  readonly #newsFeed: SkipsRows;
  readonly #skippedRows: readonly SkippedRows[];
  readonly #conflated: LogThrottle;

  constructor(log: Log, counters: ProcessCounters, feed: SkipsRows, newsFeed: SkipsRows) {
    this.#log = log;
    this.#counters = counters;
    this.#feed = feed;
    this.#newsFeed = newsFeed;
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

  /** Ticks that were counted as sent, and that no stream of NATS has. */
  unpublished(ticks: number): void {
    if (ticks === 0) return;
    this.#counters.add('gateway.ticksUnpublished', ticks);
    this.#log.error(
      { event: 'ticks-unpublished', ticks },
      `no stream acknowledged the last ${counted(ticks, 'tick')}`,
    );
  }

  /** Call it periodically. @param isLast when nothing more follows */
  report(isLast: boolean): void {
    this.#counters.set('gateway.rowsRejected', this.#feed.rejectedRows ?? 0);
    this.#counters.set('gateway.newsRejected', this.#newsFeed.rejectedRows ?? 0);
    this.#countReasons(PRICE_FAULTS, this.#feed);
    this.#countReasons(NEWS_FAULTS, this.#newsFeed);
    for (const skipped of this.#skippedRows) skipped.report(isLast);
  }

  #countReasons(faults: Readonly<Record<string, CounterName>>, { skips }: SkipsRows): void {
    if (skips === undefined || skips.length === 0) return;
    for (const [fault, counter] of Object.entries(faults)) {
      const rows = skips.reduce((sum, skip) => (skip.fault === fault ? sum + skip.count : sum), 0);
      this.#counters.set(counter, rows);
    }
  }
}

/** A killed Gateway's run continues without a book that knows how far its ticks came. */
export function logLostPosition(log: Log, { sequence }: Pick<FirstTick, 'sequence'>): void {
  log.error(
    { event: 'position-lost', last: sequence - 1 },
    `the price book was removed or damaged: the run continues after tick ${sequence - 1}, the last that was sent; ` +
      'ticks on their way to the OrderBook are lost',
  );
}
