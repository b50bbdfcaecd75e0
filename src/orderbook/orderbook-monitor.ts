// Logs and counts what happens to the price stream and to the price book.

import type { PriceBookWriter, ReaderMonitor } from '@tickline/price-book';
import type { ProcessCounters } from '../monitoring/stack-book.ts';
import { counted } from '../platform/counted.ts';
import { GrowingCount } from '../platform/growing-count.ts';
import { unlessRunStops } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { LOGGED_PER_SECOND, LogThrottle } from '../platform/log-throttle.ts';
import type { KeptPrices } from './full-table.ts';
import type { Rejection } from './price-stream.ts';

type StalledReader = ReturnType<ReaderMonitor['evictStalled']>[number];

/** Between two lines about stale symbols: those that trade seldom go stale all the time. */
const STALE_LOG_MS = 60_000;

const REJECTION_COUNTERS = {
  frame: 'orderbook.badFrames',
  price: 'orderbook.pricesRejected',
  symbol: 'orderbook.symbolsRejected',
} as const;

export class OrderBookMonitor {
  readonly #log: Log;
  readonly #counters: ProcessCounters;
  readonly #warnings = new Map<string, LogThrottle>();
  readonly #repeated: GrowingCount;
  readonly #leftOut: GrowingCount;
  #ticksRepeated = 0;
  /** Ticks of symbols that were logged as rejected before. */
  #ticksLeftOut = 0;
  #hasEnded = false;
  #stale = 0;
  #staleLoggedAtMs = Number.NEGATIVE_INFINITY;
  #isPlain = false;
  #isFull = false;
  /** Whether the symbol that is about to be rejected has its own line. */
  #isSymbolExplained = false;
  #isOtherClock = false;

  constructor(log: Log, counters: ProcessCounters) {
    this.#log = log;
    this.#counters = counters;
    this.#repeated = new GrowingCount((count) =>
      log.info(
        { event: 'ticks-repeated', count },
        `dropped ${counted(count, 'tick')} so far that had arrived before`,
      ),
    );
    this.#leftOut = new GrowingCount((count) =>
      log.info(
        { event: 'symbols-left-out', count },
        `skipped ${counted(count, 'later tick')} of symbols that were skipped before`,
      ),
    );
  }

  logBook(book: PriceBookWriter): void {
    const { path, totalBytes, symbolCapacity, ringCapacity, takenOver, repairedEntries } = book;
    const how = takenOver
      ? `taken over from a dead writer, ${counted(repairedEntries, 'entry', 'entries')} repaired`
      : 'created';
    this.#log.info(
      { event: 'book-ready', path, bytes: totalBytes, takenOver, repairedEntries },
      `${path} ${how}: ${totalBytes} bytes, ${symbolCapacity} symbols, ${ringCapacity} ticks`,
    );
  }

  logDamage(damage: string): void {
    this.#log.error(
      { event: 'book-damaged', damage },
      `the book is damaged: ${damage}; nothing more is written to it`,
    );
  }

  connected(runId: number, next: number): void {
    this.#counters.add('orderbook.connections');
    this.#counters.set('orderbook.connected', 1);
    const log = () =>
      this.#log.info({ event: 'connected', feedSession: runId, next }, 'connected to the Gateway');
    if (!this.#hasEnded) unlessRunStops(log);
  }

  /** The Gateway has answered RESUME. If its feed has ended, it says so again. */
  resumed(): void {
    if (this.#hasEnded) this.#log.info({ event: 'connected' }, 'connected to the Gateway');
    this.#hasEnded = false;
  }

  /** Logged once: every later connection to that Gateway is plain as well. */
  plainGateway(): void {
    if (this.#isPlain) return;
    this.#isPlain = true;
    this.#log.warn(
      { event: 'plain-gateway' },
      'a plain Gateway: it does not answer RESUME, so gaps go unnoticed, nothing is resumed, ' +
        'and the age of a price counts from its arrival',
    );
  }

  /** Logged once: a Gateway keeps its clock over its connections. */
  otherClock(): void {
    if (this.#isOtherClock) return;
    this.#isOtherClock = true;
    this.#log.warn(
      { event: 'other-clock' },
      'the Gateway reads another clock, as on another machine: a price is as old as its delay in excess of the ' +
        'least of the last minute, and latencies from the Gateway are not measured',
    );
  }

  /** @param wasUp whether there was a connection; if not, the first attempt failed */
  disconnected(reason: string, wasUp: boolean, address: string): void {
    this.#counters.set('orderbook.connected', 0);
    const lost = () => this.#warn('disconnected', `lost the Gateway: ${reason}; reconnecting`, { reason });
    if (wasUp) {
      if (!this.#hasEnded) unlessRunStops(lost);
    } else if (/ENOTFOUND|EAI_AGAIN/.test(reason))
      this.#warn('waiting', `no address is known for the Gateway's host ${address}; check its spelling`, {
        reason,
      });
    else this.#log.info({ event: 'waiting', reason }, `waiting for the Gateway on ${address}`);
  }

  received(bytes: number): void {
    this.#counters.add('orderbook.bytesReceived', bytes);
  }

  snapshot(ticks: number): void {
    this.#counters.add('orderbook.snapshotTicks', ticks);
  }

  repeated(): void {
    this.#counters.add('orderbook.ticksRepeated');
    this.#ticksRepeated++;
  }

  /** Counts a gap of unknown size. */
  gatewayRestarted(runId: number): void {
    this.#counters.add('orderbook.gaps');
    this.#warn('new-session', 'the Gateway was restarted: ticks of its last run may be lost', {
      feedSession: runId,
    });
  }

  /** The first tick of the book is a later one of the run. Counts a gap of unknown size: an earlier book may have had some. */
  bookBegins(next: number): void {
    this.#counters.add('orderbook.gaps');
    this.#warn('gap', `this book begins with tick ${next} of the run: earlier ticks may be lost`, { next });
  }

  missed(ticks: number): void {
    this.#counters.add('orderbook.gaps');
    this.#counters.add('orderbook.ticksMissed', ticks);
    this.#warn('gap', `${counted(ticks, 'tick is', 'ticks are')} lost`, { missed: ticks });
  }

  rejected(kind: Rejection, text: string): void {
    this.#counters.add(REJECTION_COUNTERS[kind]);
    const isExplained = kind === 'symbol' && this.#isSymbolExplained;
    this.#isSymbolExplained = false;
    if (!isExplained) this.#warn(`bad-${kind}`, `skipped a bad ${kind}: "${text}"`, { text });
  }

  /** Called before the rejection of a symbol that is valid. */
  symbolExcluded(symbol: string): void {
    this.#isSymbolExplained = true;
    this.#warn('symbol-excluded', `skipped ${symbol}: --symbols does not name it`, { symbol });
  }

  /** Called before the rejection of a symbol that is valid. Logged once per book. */
  bookFull(symbol: string, capacity: number): void {
    this.#isSymbolExplained = true;
    if (this.#isFull) return;
    this.#isFull = true;
    this.#log.error(
      { event: 'book-full', symbol, capacity },
      `the book is full: it has room for ${capacity} symbols, so ${symbol} and every later one is skipped; ` +
        'start with a larger --symbol-capacity',
    );
  }

  /** A full book is given up for a new one. */
  logOutgrown({ idle, entries }: KeptPrices, capacity: number): void {
    this.#isFull = false;
    this.#log.error(
      { event: 'book-outgrown', idle, kept: entries.length, capacity },
      `the book was full and ${idle} of its ${capacity} symbols get no ticks: a new book has the other ` +
        `${entries.length}; check that the Gateway is the right one, or start with a larger --symbol-capacity`,
    );
  }

  /** A tick of a symbol that was logged as rejected before. */
  leftOut(): void {
    this.#counters.add('orderbook.symbolsRejected');
    this.#ticksLeftOut++;
  }

  /** Logs what is too frequent for a line each. Call it periodically. @param isLast when nothing more follows */
  logCounts(isLast: boolean): void {
    this.#repeated.report(this.#ticksRepeated, isLast);
    if (isLast) this.#leftOut.report(this.#ticksLeftOut, isLast);
  }

  /** Once the feed has ended, every price becomes stale. @param symbol one that became stale last */
  stale(symbols: number, symbol: string, afterMs: number): void {
    this.#counters.set('orderbook.symbolsStale', symbols);
    const isMore = symbols > this.#stale && !this.#hasEnded;
    this.#stale = symbols;
    if (!isMore || performance.now() - this.#staleLoggedAtMs < STALE_LOG_MS) return;
    this.#staleLoggedAtMs = performance.now();
    this.#log.warn(
      { event: 'symbols-stale', symbols, symbol },
      `no tick of ${symbol} for ${afterMs} ms: ${counted(symbols, 'symbol is stale, and not traded until its', 'symbols are stale, and not traded until their')} next tick`,
    );
  }

  logFeedEnd(): void {
    this.#hasEnded = true;
    this.#log.info({ event: 'feed-over' }, 'the feed has ended');
  }

  /** A lossless run waits for this reader, however long it stalls. */
  awaits({ pid, name, behind }: StalledReader): void {
    this.#warn(
      'reader-awaited',
      `waiting for reader ${name} (process ${pid}), ${counted(behind, 'tick')} behind: it has stalled or died`,
      { reader: name, readerPid: pid },
    );
  }

  evicted({ pid, name, behind }: StalledReader): void {
    this.#counters.add('orderbook.readersLetGo');
    this.#warn(
      'reader-let-go',
      `evicted reader ${name} (process ${pid}): it stalled ${counted(behind, 'tick')} behind`,
      {
        reader: name,
        readerPid: pid,
      },
    );
  }

  #warn(event: string, message: string, fields: Record<string, unknown>): void {
    const throttle = this.#warnings.get(event) ?? new LogThrottle(this.#log.warn, LOGGED_PER_SECOND);
    this.#warnings.set(event, throttle);
    throttle.log({ event, ...fields }, message);
  }
}
