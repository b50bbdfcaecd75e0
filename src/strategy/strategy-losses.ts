// Logs and counts what a Strategy skips, loses or sends twice.

import type { TickReader } from '@tickline/price-book';
import type { RejectedReport } from '../domain/orders.ts';
import type { ProcessCounters, StackBook } from '../monitoring/stack-book.ts';
import { counted, wordFor } from '../platform/counted.ts';
import { GrowingCount } from '../platform/growing-count.ts';
import type { Log } from '../platform/log.ts';
import { LOGGED_PER_SECOND, LogThrottle } from '../platform/log-throttle.ts';
import { BookTicks } from './book-ticks.ts';
import type { TickCounts } from './tick-counts.ts';

export class StrategyLosses {
  readonly #log: Log;
  readonly #counters: ProcessCounters;
  readonly #ticks: TickCounts;
  readonly #badFrames: LogThrottle;
  readonly #lapped: LogThrottle;
  readonly #refused: LogThrottle;
  readonly #stale: GrowingCount;
  readonly #books: BookTicks;
  #staleDecisions = 0;
  #staleSymbol = '';

  /** @param staleAfterMs age from which a tick is not traded on */
  constructor(log: Log, counters: ProcessCounters, ticks: TickCounts, staleAfterMs: number) {
    this.#log = log;
    this.#counters = counters;
    this.#ticks = ticks;
    this.#books = new BookTicks((ticks) => this.#lostWithBook(ticks));
    this.#badFrames = new LogThrottle(log.warn, LOGGED_PER_SECOND);
    this.#lapped = new LogThrottle(log.warn);
    this.#refused = new LogThrottle(log.error);
    this.#stale = new GrowingCount((count) =>
      log.warn(
        { event: 'decisions-stale', count, symbol: this.#staleSymbol },
        `made no trade ${counted(count, 'time')} so far, the last time in ${this.#staleSymbol}: its tick was older than ` +
          `${staleAfterMs} ms, see --stale-after`,
      ),
    );
  }

  lapped(ticks: number): void {
    this.#ticks.add('strategy.ticksLapped', ticks);
    this.#lapped.log(
      { event: 'lapped', ticks },
      `too slow: ${counted(ticks, 'tick was overwritten before it was', 'ticks were overwritten before they were')} read; use a larger --ring, or --lossless`,
    );
  }

  /** A reader of this book begins. */
  attach(book: StackBook): void {
    this.#books.attach(book);
  }

  /** Ends the reader of a book that is damaged or replaced. */
  abandon(reader: TickReader | undefined): void {
    reader?.abandon();
    if (reader) this.#books.leave(reader.cursor);
  }

  refused(ticks: number): void {
    this.#ticks.add('strategy.ticksRefused', ticks);
    this.#refused.log(
      { event: 'ticks-refused', ticks },
      `skipped ${ticks} slots of the ring that held no tick: another program overwrote the book`,
    );
  }

  /** Called for every tick while prices are stale, so it only counts; report() logs. */
  staleDecision(symbol: string): void {
    this.#counters.add('strategy.decisionsStale');
    this.#staleDecisions++;
    this.#staleSymbol = symbol;
  }

  outboxLost(reason: string): void {
    this.#counters.set('strategy.outboxLost', 1);
    this.#log.fatal({ event: 'outbox-lost' }, reason);
  }

  badFrame(from: string, text: string): void {
    this.#counters.add('strategy.badFrames');
    this.#badFrames.log({ event: 'bad-frame', text }, `bad frame from ${from}: ${text}`);
  }

  /** @param count counts it; a lossless run that is repeated does so once */
  rejected(
    clOrdId: string,
    report: RejectedReport,
    count = () => this.#counters.add('strategy.ordersRejected'),
  ): void {
    count();
    this.#log.warn({ ...report, event: 'rejected' }, `order ${clOrdId} was rejected: ${report.reason}`);
  }

  resent(count: number): void {
    this.#counters.add('strategy.ordersResent', count);
    this.#log.info(
      { event: 'orders-resent', count },
      `sent ${counted(count, 'order')} again, which had no report: one that was recorded is not traded twice`,
    );
  }

  /** Logs what is too frequent for a line each. Call it periodically. @param isLast when nothing more follows */
  report(isLast: boolean): void {
    this.#books.count(isLast);
    this.#stale.report(this.#staleDecisions, isLast);
  }
  #lostWithBook(ticks: number): void {
    this.#ticks.addOfLastBook(ticks);
    this.#log.warn(
      { event: 'lapped', ticks },
      `${counted(ticks, 'tick was', 'ticks were')} in the last price book when it was damaged, and ${wordFor(ticks, 'was', 'were')} not read from it`,
    );
  }
}
