// What the strategies of a price book publish: their signals and indicators, sampled with every frame.

import { nowNs } from '@tickline/posix';
import type { Indicators } from '../domain/strategies/indicators.ts';
import { SignalFileError } from '../signal-file/errors.ts';
import { emptyRow } from '../signal-file/signal-memory.ts';
import { publishingStrategies } from '../signal-file/signal-path.ts';
import { SignalReader } from '../signal-file/signal-reader.ts';
import type { PublisherLine } from './messages.ts';
import { SignalHistory, type SignalSample } from './signal-history.ts';

/** More strategies are not shown. */
const PUBLISHERS_MAX = 8;
/** Pause between two searches for files. */
const SEARCH_MS = 1_000;
/** A strategy that publishes nothing for this long is silent: it was killed, or hangs. */
const SILENT_NS = 2e9;
/** Samples kept of a symbol, and numbers kept of a strategy: 32 MB. */
const SAMPLES_MAX = 1_000;
const NUMBERS_MAX = 4_000_000;

/** A book, as far as its signal files need it. */
interface SignalledBook {
  readonly inode: number;
  readonly symbolCapacity: number;
}

/** A strategy that has a signal file, or had one. */
interface Publisher {
  readonly strategy: string;
  reader: SignalReader | undefined;
  indicators: Indicators;
  problem: string | null;
  /** By symbol index. */
  histories: (SignalHistory | undefined)[];
  /** By symbol index: of the row that was read last. */
  versions: number[];
}

export class PublishedSignals {
  readonly #stack: string;
  readonly #symbolsMax: number;
  readonly #row = emptyRow();
  #book: SignalledBook | undefined;
  /** In the order in which they came. */
  #publishers: Publisher[] = [];
  #searchedAt = Number.NEGATIVE_INFINITY;
  /** Number of the last sample, of all strategies. */
  #last = 0;

  /** @param symbolsMax only symbols below this index are read */
  constructor(stack: string, symbolsMax: number) {
    this.#stack = stack;
    this.#symbolsMax = symbolsMax;
  }

  /** Number of the last sample. */
  get last(): number {
    return this.#last;
  }

  /** Starts over: indices are those of this book. */
  attach(book: SignalledBook): void {
    for (const { reader } of this.#publishers) reader?.close();
    this.#publishers = [];
    this.#book = book;
    this.#searchedAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Reads what is new. Returns whether a strategy has come, or declares other indicators than before.
   * @param now a monotonic clock in ms
   */
  poll(now = performance.now()): boolean {
    let isAnother = false;
    if (this.#book && now - this.#searchedAt >= SEARCH_MS) {
      this.#searchedAt = now;
      isAnother = this.#search(this.#book);
    }
    for (const publisher of this.#publishers) this.#sample(publisher);
    return isAnother;
  }

  /** One line per strategy. Their order is that of signals() and samples(). */
  lines(): PublisherLine[] {
    const silentBefore = nowNs() - SILENT_NS;
    return this.#publishers.map(({ strategy, indicators, problem, reader }) => ({
      ...{ strategy, indicators, problem },
      isLive: reader !== undefined && reader.publishedAtNs > silentBefore,
    }));
  }

  /** The latest signals of a symbol: 1 BUY, -1 SELL, 0 NEUTRAL; null: none. */
  signals(symbol: number): (number | null)[] {
    return this.#publishers.map(({ histories }) => histories[symbol]?.signal ?? null);
  }

  /** What each strategy has published of a symbol after the sample with this number, oldest first. */
  samples(symbol: number, after: number): SignalSample[][] {
    return this.#publishers.map(({ histories }) => histories[symbol]?.after(after) ?? []);
  }

  #search(book: SignalledBook): boolean {
    let isAnother = false;
    const found = publishingStrategies(this.#stack);
    for (const publisher of this.#publishers) {
      this.#check(publisher);
      if (!found.includes(publisher.strategy)) publisher.problem = null;
    }
    for (const strategy of found) {
      const known = this.#publishers.find((publisher) => publisher.strategy === strategy);
      if (known?.reader !== undefined || (!known && this.#publishers.length === PUBLISHERS_MAX)) continue;
      if (this.#open(known ?? { ...EMPTY, strategy, histories: [], versions: [] }, book)) isAnother = true;
    }
    return isAnother;
  }

  /** Lets a file go that is not that of the strategy any more. Its last rows count. */
  #check(publisher: Publisher): void {
    const fault = publisher.reader?.fault();
    if (fault === undefined) return;
    if (fault !== 'cut') this.#sample(publisher);
    publisher.reader?.close();
    publisher.reader = undefined;
  }

  /** Returns whether the page has to show something else. A file of another book is left alone. */
  #open(publisher: Publisher, book: SignalledBook): boolean {
    const { problem } = publisher;
    try {
      const reader = SignalReader.open(this.#stack, publisher.strategy);
      if (reader === undefined) return false;
      if (reader.bookInode !== book.inode) {
        reader.close();
        return false;
      }
      publisher.problem = null;
      publisher.reader = reader;
      return this.#register(publisher, reader.indicators) || problem !== null;
    } catch (error) {
      if (!(error instanceof SignalFileError)) throw error;
      publisher.problem = error.message;
      return this.#register(publisher, publisher.indicators) || problem !== error.message;
    }
  }

  /** The values before a restart stay, if they belong to the same indicators. */
  #register(publisher: Publisher, indicators: Indicators): boolean {
    publisher.versions = [];
    const isKnown = this.#publishers.includes(publisher);
    if (!isKnown) this.#publishers.push(publisher);
    if (isKnown && JSON.stringify(indicators) === JSON.stringify(publisher.indicators)) return false;
    publisher.indicators = indicators;
    publisher.histories = [];
    return true;
  }

  #sample({ reader, indicators, histories, versions }: Publisher): void {
    if (reader === undefined) return;
    const rows = Math.min(reader.rows, this.#symbolsMax);
    for (let symbol = 0; symbol < rows; symbol++) {
      if (reader.versionOf(symbol) === (versions[symbol] ?? 0)) continue;
      const version = reader.read(symbol, this.#row);
      if (version === 0) continue;
      versions[symbol] = version;
      const history =
        histories[symbol] ?? new SignalHistory(indicators.length, this.#kept(indicators.length));
      histories[symbol] = history;
      history.add(++this.#last, this.#row);
    }
  }

  #kept(indicators: number): number {
    const symbols = Math.min(this.#book?.symbolCapacity ?? 1, this.#symbolsMax);
    return Math.min(SAMPLES_MAX, Math.floor(NUMBERS_MAX / symbols / (indicators + 2)));
  }
}

const EMPTY = { reader: undefined, indicators: [], problem: null };
