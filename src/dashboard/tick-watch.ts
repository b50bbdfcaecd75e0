// Reads the ticks of the ring, for the candles and the charts. When there are too many to read in a small share of a core,
// it skips to the last ones.

import { type AttachedPriceBook, TickBatch, type TickRingReader } from '@tickline/price-book';

/** One tick. */
export interface WatchedTick {
  readonly timeNs: number;
  /** When it was made, in ms since 1970 UTC; NaN if that is not known. */
  readonly marketMs: number;
  readonly price: number;
}

export interface TickWatchOptions {
  /** Only symbols below this index are watched. */
  readonly symbolsMax: number;
  /** Called with each tick that is read; it must not allocate. */
  readonly onTick: (symbol: number, timeNs: number, price: number, marketMs: number) => void;
}

const BATCH_TICKS = 4_096;
/** Ticks read per frame. At 10 frames per second this costs about a hundredth of a core. */
const TICKS_PER_FRAME = 20_000;
/** Ticks of one symbol per poll that a chart gets; more are thinned out. */
const SHOWN_PER_POLL = 10;
/** Most ticks of one symbol that wait for the next frame. */
const WAITING_MAX = 4 * SHOWN_PER_POLL;
/** A reader that is further behind skips ticks; at most half of the ring. */
const BACKLOG_MAX = 3 * TICKS_PER_FRAME;
/** How long after the last skip it counts as sampling. */
const SAMPLING_MS = 2_000;
/** How much of the ring is searched for the past of a symbol, and how many of its ticks are shown. */
const SEARCHED_TICKS_MAX = 262_144;
const PAST_TICKS_MAX = 2_000;

export class TickWatch {
  readonly #book: AttachedPriceBook;
  readonly #options: TickWatchOptions;
  readonly #batch = new TickBatch(BATCH_TICKS);
  readonly #reader: TickRingReader;
  readonly #shown = new Map<number, Shown>();
  #skippedAt = Number.NEGATIVE_INFINITY;

  constructor(book: AttachedPriceBook, options: TickWatchOptions) {
    this.#book = book;
    this.#options = options;
    this.#reader = book.ticks();
    this.#readPast();
  }

  /** Whether ticks are being skipped, because there are too many to read each. */
  get sampling(): boolean {
    return performance.now() - this.#skippedAt < SAMPLING_MS;
  }

  /** Collects the ticks of exactly these symbols from now on. */
  show(symbols: ReadonlySet<number>): void {
    for (const symbol of this.#shown.keys()) if (!symbols.has(symbol)) this.#shown.delete(symbol);
    for (const symbol of symbols) if (!this.#shown.has(symbol)) this.#shown.set(symbol, new Shown());
  }

  /** Takes the ticks that were collected since the last call. */
  take(symbol: number): readonly WatchedTick[] {
    return this.#shown.get(symbol)?.take() ?? [];
  }

  /** Reads what is in the ring. */
  #readPast(): void {
    const end = this.#reader.published;
    this.#reader.cursor = Math.max(0, end - this.#depth);
    while (this.#reader.cursor < end && this.#reader.read(this.#batch) > 0) this.#take(false);
  }

  /** A quarter of the ring is left to the writer, which does not wait. */
  get #depth(): number {
    return Math.min(SEARCHED_TICKS_MAX, (this.#book.ringCapacity >> 2) * 3);
  }

  /** Reads new ticks. @param frames frames since the last call */
  poll(frames = 1): void {
    for (const shown of this.#shown.values()) shown.begin();
    const backlog = Math.min(BACKLOG_MAX, this.#book.ringCapacity >> 1);
    const skips = this.#reader.published - this.#reader.cursor > backlog;
    const { lapped } = this.#reader;
    if (skips) this.#reader.cursor = Math.max(0, this.#reader.published - TICKS_PER_FRAME);
    let left = skips ? TICKS_PER_FRAME : frames * TICKS_PER_FRAME;
    for (; left > 0 && this.#reader.read(this.#batch) > 0; left -= this.#batch.count) this.#take(skips);
    if (skips || this.#reader.lapped !== lapped) this.#skippedAt = performance.now();
    this.#keepLast();
  }

  /** The ticks of a symbol that are still in the ring, oldest first, at most PAST_TICKS_MAX. */
  past(symbol: number): WatchedTick[] {
    const end = this.#reader.cursor;
    const reader = this.#book.ticks(Math.max(0, end - this.#depth));
    const found: WatchedTick[] = [];
    const batch = new TickBatch(BATCH_TICKS);
    while (reader.cursor < end && reader.read(batch) > 0) {
      const beyond = Math.max(0, reader.cursor - end); // these come with the next poll
      for (let row = 0; row < batch.count - beyond; row++) {
        if (batch.symbols[row] !== symbol) continue;
        const [timeNs, marketMs, price] = [batch.timesNs[row], batch.marketTimesMs[row], batch.prices[row]];
        found.push({ timeNs, marketMs, price });
      }
    }
    return found.slice(-PAST_TICKS_MAX);
  }

  #take(skips: boolean): void {
    const { symbols, prices, timesNs, marketTimesMs, count } = this.#batch;
    const { symbolsMax, onTick } = this.#options;
    for (let row = 0; row < count; row++) {
      const symbol = symbols[row];
      if (symbol >= symbolsMax) continue;
      onTick(symbol, timesNs[row], prices[row], marketTimesMs[row]);
      if (this.#shown.size === 0) continue;
      const shown = this.#shown.get(symbol);
      if (shown?.note(prices[row], timesNs[row], marketTimesMs[row]) && !skips) shown.addLast();
    }
  }

  /** A chart ends with the last tick, however thinned out. After a skip those before it are not known. */
  #keepLast(): void {
    for (const shown of this.#shown.values()) if (shown.lastIsLeftOut) shown.addLast();
  }
}

/** The ticks of one symbol on their way to a chart, evenly thinned to SHOWN_PER_POLL. */
class Shown {
  /** The last tick, kept or not. */
  price = 0;
  timeNs = 0;
  marketMs = Number.NaN;
  count = 0;
  /** Whether the last tick of this poll has not been added. */
  lastIsLeftOut = false;
  #ticks: WatchedTick[] = [];
  /** One tick in `#stride` is kept, judged by the number of ticks in the poll before. */
  #stride = 1;

  /** Starts a poll. */
  begin(): void {
    this.#stride = Math.max(1, Math.ceil(this.count / SHOWN_PER_POLL));
    this.count = 0;
    this.lastIsLeftOut = false;
  }

  /** Notes a tick. Returns whether it is kept. */
  note(price: number, timeNs: number, marketMs: number): boolean {
    this.price = price;
    this.timeNs = timeNs;
    this.marketMs = marketMs;
    this.count++;
    this.lastIsLeftOut = true;
    return this.count % this.#stride === 0;
  }

  /** Keeps the last tick. */
  addLast(): void {
    const { timeNs, marketMs, price } = this;
    this.lastIsLeftOut = false;
    this.#ticks.push({ timeNs, marketMs, price });
    if (this.#ticks.length > WAITING_MAX) this.#ticks.shift();
  }

  take(): WatchedTick[] {
    const ticks = this.#ticks;
    this.#ticks = [];
    return ticks;
  }
}
