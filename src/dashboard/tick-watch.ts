// Looks at the ticks of the ring for as long as somebody looks at the page: the signal of every symbol, and the ticks of
// those that are shown on a chart. When there are more than a share of a core could take, it skips to the last ones.

import { type AttachedPriceBook, TickBatch, type TickRingReader } from '@tickline/price-book';
import { MovingAverages } from '../domain/strategies/moving-averages.ts';
import { rollingAverages } from './averages-history.ts';

/** One tick, and the averages after it; NaN: not full yet. */
export interface WatchedTick {
  readonly timeNs: number;
  readonly price: number;
  readonly short: number;
  readonly long: number;
}

export interface TickWatchOptions {
  readonly short: number;
  readonly long: number;
  /** Symbols that are looked at: those below this index. */
  readonly symbolsMax: number;
}

const BATCH_TICKS = 4_096;
/** Ticks that are looked at for one frame: 10 frames a second of so many take about a hundredth of a core. */
const TICKS_A_FRAME = 20_000;
/** Ticks of one symbol that go to a chart from one look; of more, some are left out. */
const SHOWN_A_LOOK = 10;
/** Ticks of one symbol that wait for the next frame. */
const WAITING_MAX = 4 * SHOWN_A_LOOK;
/** Further behind, what is between is skipped; at most half of the ring. */
const BACKLOG_MAX = 3 * TICKS_A_FRAME;
/** It counts as sampling for so long after the last skip. */
const SAMPLING_MS = 2_000;
/** How much of the ring is searched for the past of a symbol, and how many ticks of it are shown. */
const SEARCHED_TICKS_MAX = 262_144;
const PAST_TICKS_MAX = 800;

export class TickWatch {
  readonly #book: AttachedPriceBook;
  readonly #options: TickWatchOptions;
  readonly #batch = new TickBatch(BATCH_TICKS);
  readonly #reader: TickRingReader;
  readonly #signals: Int8Array;
  readonly #seen: Uint32Array;
  readonly #shown = new Map<number, Shown>();
  readonly #averages: MovingAverages;
  #skippedAt = Number.NEGATIVE_INFINITY;

  constructor(book: AttachedPriceBook, options: TickWatchOptions) {
    this.#book = book;
    this.#options = options;
    this.#reader = book.ticks();
    this.#averages = new MovingAverages(options.short, options.long);
    this.#signals = new Int8Array(options.symbolsMax);
    this.#seen = new Uint32Array(options.symbolsMax);
    this.begin();
  }

  /** Whether ticks are skipped, because there are too many to look at each. */
  get sampling(): boolean {
    return performance.now() - this.#skippedAt < SAMPLING_MS;
  }

  /** 1 BUY, -1 SELL, 0 NEUTRAL; null when too few ticks were seen to tell. */
  signalOf(symbol: number): number | null {
    return this.#seen[symbol] < this.#options.long ? null : this.#signals[symbol];
  }

  /** Collects the ticks of these symbols from now on, and of no others. */
  show(symbols: ReadonlySet<number>): void {
    for (const symbol of this.#shown.keys()) if (!symbols.has(symbol)) this.#shown.delete(symbol);
    for (const symbol of symbols) if (!this.#shown.has(symbol)) this.#shown.set(symbol, new Shown());
  }

  /** Takes the ticks that were collected since the last time. */
  take(symbol: number): readonly WatchedTick[] {
    return this.#shown.get(symbol)?.take() ?? [];
  }

  /**
   * Begins with the last ticks of the ring, as after a time in which nobody looked. An average over a gap would be that
   * of nobody: it is not told before its window is full of what was seen since.
   */
  begin(): void {
    this.#reader.cursor = Math.max(0, this.#reader.published - TICKS_A_FRAME);
    this.#seen.fill(0);
  }

  /** Looks at what is new. `frames`: how many there were since the last look. */
  look(frames = 1): void {
    for (const shown of this.#shown.values()) shown.begin();
    const backlog = Math.min(BACKLOG_MAX, this.#book.ringCapacity >> 1);
    const skips = this.#reader.published - this.#reader.cursor > backlog;
    const { lapped } = this.#reader;
    if (skips) this.begin();
    let left = skips ? TICKS_A_FRAME : frames * TICKS_A_FRAME;
    for (; left > 0 && this.#reader.read(this.#batch) > 0; left -= this.#batch.count) this.#take(skips);
    if (skips || this.#reader.lapped !== lapped) this.#skippedAt = performance.now();
    if (skips) this.#keepLast();
  }

  /** The last ticks of a symbol that are still in the ring, oldest first. */
  past(symbol: number): WatchedTick[] {
    const { short, long } = this.#options;
    const { timesNs, prices } = this.#search(symbol);
    const [shorts, longs] = [rollingAverages(prices, short), rollingAverages(prices, long)];
    const first = Math.max(0, prices.length - PAST_TICKS_MAX);
    return prices.slice(first).map((price, i) => ({
      timeNs: timesNs[first + i],
      price,
      short: shorts[first + i],
      long: longs[first + i],
    }));
  }

  #search(symbol: number): { timesNs: number[]; prices: number[] } {
    // A quarter of the ring is left to the writer, which goes on meanwhile.
    const depth = Math.min(SEARCHED_TICKS_MAX, (this.#book.ringCapacity >> 2) * 3);
    const end = this.#reader.cursor;
    const reader = this.#book.ticks(Math.max(0, end - depth));
    const found = { timesNs: [] as number[], prices: [] as number[] };
    const batch = new TickBatch(BATCH_TICKS);
    while (reader.cursor < end && reader.read(batch) > 0) {
      const beyond = Math.max(0, reader.cursor - end); // of the last batch: those come with the next look
      for (let row = 0; row < batch.count - beyond; row++) {
        if (batch.symbols[row] !== symbol) continue;
        found.timesNs.push(batch.timesNs[row]);
        found.prices.push(batch.prices[row]);
      }
    }
    return found;
  }

  #take(skips: boolean): void {
    const { symbols, prices, timesNs, count } = this.#batch;
    const { symbolsMax } = this.#options;
    for (let row = 0; row < count; row++) {
      const symbol = symbols[row];
      if (symbol >= symbolsMax) continue;
      this.#signals[symbol] = this.#averages.push(symbol, prices[row]);
      this.#seen[symbol]++;
      if (this.#shown.size === 0) continue;
      const shown = this.#shown.get(symbol);
      if (shown?.note(prices[row], timesNs[row]) && !skips) shown.add(this.#tick(symbol, shown));
    }
  }

  /** Of a sample a chart gets one tick: what lies between two of them is not known. */
  #keepLast(): void {
    for (const [symbol, shown] of this.#shown) if (shown.came > 0) shown.add(this.#tick(symbol, shown));
  }

  #tick(symbol: number, { price, timeNs }: { readonly price: number; readonly timeNs: number }): WatchedTick {
    const { short, long } = this.#options;
    const seen = this.#seen[symbol];
    return {
      timeNs,
      price,
      short: seen < short ? Number.NaN : this.#averages.shortAverage(symbol),
      long: seen < long ? Number.NaN : this.#averages.longAverage(symbol),
    };
  }
}

/** The ticks of one symbol on their way to a chart: at most so many a look, evenly thinned. */
class Shown {
  /** The last one that came, also when it is not kept. */
  price = 0;
  timeNs = 0;
  came = 0;
  #ticks: WatchedTick[] = [];
  /** Every so many ticks one is kept: by what came in the look before. */
  #stride = 1;

  /** A look begins. */
  begin(): void {
    this.#stride = Math.max(1, Math.ceil(this.came / SHOWN_A_LOOK));
    this.came = 0;
  }

  /** Notes a tick; whether it is one of those to keep. */
  note(price: number, timeNs: number): boolean {
    this.price = price;
    this.timeNs = timeNs;
    this.came++;
    return this.came % this.#stride === 0;
  }

  add(tick: WatchedTick): void {
    this.#ticks.push(tick);
    if (this.#ticks.length > WAITING_MAX) this.#ticks.shift();
  }

  take(): WatchedTick[] {
    const ticks = this.#ticks;
    this.#ticks = [];
    return ticks;
  }
}
