// Publishes what the strategy shows of each symbol, beside its trading: by a timer, into the signal file.
//
//    trader.publish() ──▶ signal file ══▶ dashboard

import type { Indicators } from '../domain/strategies/indicators.ts';
import type { Trader } from '../domain/trader.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import type { Log } from '../platform/log.ts';
import { SignalFileError } from '../signal-file/errors.ts';
import { SIGNAL_ROWS_MAX } from '../signal-file/layout.ts';
import { emptyRow } from '../signal-file/signal-memory.ts';
import { type SignalAddress, SignalWriter } from '../signal-file/signal-writer.ts';
import type { StrategyFaults } from './strategy-faults.ts';

const PUBLISH_MS = 100;
/** Symbols wait for the next time once publishing has lasted this long: ticks are more urgent. */
const BUDGET_MS = 1;
/** Times between two looks at the file. */
const TIMES_PER_LOOK = 10;

/** What is published, and where. */
interface Publication {
  readonly book: StackBook;
  readonly trader: Pick<Trader, 'publish'>;
  readonly address: SignalAddress;
}

export class SignalPublisher {
  /** When the last tick that the trader has evaluated left its feed, by symbol, in ns; 0 if that is published, or there is none. */
  readonly evaluatedNs = new Float64Array(SIGNAL_ROWS_MAX);
  readonly #indicators: Indicators;
  readonly #faults: StrategyFaults;
  readonly #log: Log;
  readonly #row = emptyRow();
  #publication: Publication | undefined;
  #writer: SignalWriter | undefined;
  #timer: NodeJS.Timeout | undefined;
  #times = 0;
  /** The symbol to begin with next time. */
  #next = 0;
  /** The last reason that was logged. */
  #loggedReason = '';

  constructor(indicators: Indicators, faults: StrategyFaults, log: Log) {
    this.#indicators = indicators;
    this.#faults = faults;
    this.#log = log;
  }

  /** The trader has started its strategy on this book. A strategy that publishes nothing has no file. */
  attach(
    book: StackBook,
    trader: Pick<Trader, 'publish' | 'publishes'>,
    address: Omit<SignalAddress, 'bookInode'>,
  ): void {
    this.close();
    if (!trader.publishes) return;
    this.#publication = { book, trader, address: { ...address, bookInode: book.inode } };
    this.#open(this.#publication);
    this.#timer = setInterval(() => this.publish(), PUBLISH_MS);
  }

  /** Publishes symbols with new ticks, for a short while. */
  publish(): void {
    const publication = this.#publication;
    if (publication === undefined) return;
    if (++this.#times % TIMES_PER_LOOK === 0 && this.#writer?.isLost !== false) this.#reopen(publication);
    this.#publishUntil(performance.now() + BUDGET_MS);
  }

  /** Publishes what is left, then nothing any more, and removes the file: a process that has mapped it still reads it. */
  close(): void {
    clearInterval(this.#timer);
    this.#publishUntil(Number.POSITIVE_INFINITY);
    this.#writer?.close();
    this.#writer = undefined;
    this.#publication = undefined;
  }

  #publishUntil(until: number): void {
    if (this.#publication === undefined || this.#writer === undefined) return;
    const { book, trader } = this.#publication;
    const count = Math.min(book.table.symbolCount, SIGNAL_ROWS_MAX);
    for (let left = count; left > 0; left--) {
      const symbol = this.#next < count ? this.#next : 0;
      this.#next = symbol + 1;
      if (this.evaluatedNs[symbol] > 0 && !this.#publishSymbol(this.#writer, trader, symbol)) return;
      if (performance.now() > until) break;
    }
    this.#writer.stamp();
  }

  #publishSymbol(writer: SignalWriter, trader: Publication['trader'], symbol: number): boolean {
    const row = this.#row;
    row.timeNs = this.evaluatedNs[symbol];
    this.evaluatedNs[symbol] = 0;
    const publish = (): true => {
      row.signal = trader.publish(symbol, row.values, this.#indicators.length);
      writer.write(symbol, row);
      return true;
    };
    return this.#faults.guard<boolean>(publish, false);
  }

  /** Trading does not depend on the file. */
  #open({ address }: Publication): void {
    try {
      this.#writer = SignalWriter.create(address, this.#indicators);
      this.#loggedReason = '';
    } catch (error) {
      if (!(error instanceof SignalFileError)) throw error;
      this.#logOnce(error.message);
    }
  }

  /** A new file has the rows of later ticks only. */
  #reopen(publication: Publication): void {
    this.#writer?.close();
    this.#writer = undefined;
    this.#open(publication);
  }

  #logOnce(reason: string): void {
    if (this.#loggedReason === reason) return;
    this.#loggedReason = reason;
    this.#log.warn(
      { event: 'no-signals', reason },
      `the dashboard does not get signals and indicators: ${reason}; trading goes on without`,
    );
  }
}
