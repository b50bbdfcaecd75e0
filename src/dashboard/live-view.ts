// What all screens see: the state of the stack, and its changes up to ten times per second. Changes between
// two frames are conflated, so a busy stack costs a screen no more than a quiet one.

import type { StrategyPosition } from '../domain/positions.ts';
import { processUsage } from '../monitoring/process-usage.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import type { ReportCopy } from '../protocol/order-messages.ts';
import { Blotter } from './blotter.ts';
import { Events } from './events.ts';
import type { Changes, Frame, Point, Points, ReaderLine, Setup, SourceLines, State } from './messages.ts';
import { NewsHistory } from './news-history.ts';
import { ProcessWatch } from './process-watch.ts';
import type { Screen } from './screens.ts';
import { BUCKET_BOUNDS, Seconds } from './seconds.ts';
import { SYMBOLS_SHOWN_MAX, SymbolRows } from './symbol-rows.ts';
import { TickWatch, type WatchedTick } from './tick-watch.ts';
import { WallTime } from './wall-time.ts';

const MS_PER_S = 1_000;
/** Every third frame has the table of symbols: people read figures more slowly than they follow a line. */
const FRAMES_PER_TABLE = 3;
/** Averages are sent to a hundredth of a cent. */
const AVERAGE_DIGITS = 1e4;

type Source = 'book' | 'news' | 'orders';

/** A book and its readers. */
interface Reading {
  readonly book: StackBook;
  readonly ticks: TickWatch;
  readonly rows: SymbolRows;
}

export class LiveView {
  readonly #setup: Setup;
  readonly #events = new Events();
  readonly #processes = new ProcessWatch(this.#events);
  readonly #blotter = new Blotter();
  readonly #news = new NewsHistory();
  readonly #seconds = new Seconds();
  readonly #time = new WallTime();
  readonly #missing: Record<Source, string | null>;
  #reading: Reading | undefined;
  #bookIsClosed = false;
  /** What the last frame had, because only changes are sent. */
  #sentSentiment: number | null = null;
  #sentSources = '';
  #sentReaders = '';
  #secondAt = 0;
  #ownCpuMs = 0;
  #ownCpu: number | null = null;
  #halts = 0;
  #watched = false;
  #frame = 0;
  /** Whether the screens show another book and need the whole state. */
  #resendAll = false;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#missing = {
      book: `waiting for the price book ${setup.book}: start the OrderBook`,
      news: 'waiting for the news: start the Gateway',
      orders: 'waiting for the OrderManager: start it',
    };
  }

  /** The present or last book; undefined before the first. */
  get book(): StackBook | undefined {
    return this.#reading?.book;
  }

  /** A book was found, or a new one has replaced it. */
  onBook(book: StackBook): void {
    const { short, long } = this.#setup;
    const ticks = new TickWatch(book, { short, long, symbolsMax: SYMBOLS_SHOWN_MAX });
    const rows = new SymbolRows(book, ticks, this.#blotter, this.#time);
    rows.register();
    rows.changed();
    if (this.#reading) this.#events.add('note', `now reading a new price book ${this.#setup.book}`);
    this.#reading = { book, ticks, rows };
    this.#bookIsClosed = false;
    this.#missing.book = null;
    this.#resendAll = true;
    this.#processes.reset();
    this.#seconds.reset();
  }

  onBadBook(reason: string): void {
    this.#missing.book = reason;
    this.#events.add('bad', reason);
  }

  onSentiment(sentiment: number): void {
    this.#news.add(sentiment, Date.now());
  }

  onPositions(positions: readonly StrategyPosition[], lastOrderId: number): void {
    this.#blotter.begin(positions, lastOrderId);
  }

  onReport(copy: ReportCopy): void {
    this.#blotter.add(copy, Date.now());
  }

  onBadFrame(from: string, reason: string): void {
    this.#events.add('bad', `bad frame from ${from}: ${reason.slice(0, 120)}`);
  }

  /** A source is connected. */
  onUp(source: 'news' | 'orders'): void {
    this.#missing[source] = null;
    this.#events.add('good', source === 'news' ? 'connected to the news' : 'connected to the OrderManager');
  }

  /** A source is down. */
  onDown(source: 'news' | 'orders', reason: string, wasUp: boolean): void {
    if (source === 'news') this.#news.add(null, Date.now());
    const what = source === 'news' ? 'no news' : 'no order reports';
    const server = source === 'news' ? 'Gateway' : 'OrderManager';
    this.#missing[source] = `${what}, waiting for the ${server} (${reason})`;
    if (wasUp) this.#events.add('bad', `${what}: ${reason}`);
  }

  /**
   * Reads all sources and sends every screen what it has not seen. Call it once per frame. The last frame has
   * every part.
   */
  show(screens: readonly Screen[], { isLast = false } = {}): void {
    const reading = this.#reading;
    if (reading) this.#checkBook(reading.book);
    if (reading) this.#checkHalt(reading.book);
    const processesChanged = reading ? this.#processes.poll(reading.book) : false;
    const second = isLast || this.#secondIsOver() ? this.#closeSecond() : undefined;
    if (screens.length === 0) this.#watched = false;
    else this.#send(screens, this.#changes(processesChanged, second, isLast));
  }

  #send(screens: readonly Screen[], changes: Changes): void {
    if (this.#resendAll) for (const screen of screens) screen.needsState = true;
    this.#resendAll = false;
    const ready = screens.filter((screen) => screen.isReady());
    const hasNews = Object.keys(changes).length > 1;
    let frame: string | undefined;
    let state: string | undefined;
    const pointsOf = this.#points(ready);
    for (const screen of ready) {
      const points = pointsOf(screen);
      if (screen.needsState) {
        state ??= JSON.stringify(this.#state());
        screen.send(withPoints(state, points));
        screen.needsState = false;
      } else if (hasNews || points !== undefined) {
        frame ??= JSON.stringify({ type: 'frame', ...changes } satisfies Frame);
        screen.send(withPoints(frame, points));
      }
    }
  }

  /** Takes what changed since the last frame, whether or not a screen gets it. */
  #changes(processesChanged: boolean, second: Changes['seconds'], isLast: boolean): Changes {
    const reading = this.#reading;
    const symbols = reading?.rows.register();
    if (reading && !this.#watched) reading.ticks.restart(); // ticks were not read while no screen was open
    this.#watched = true;
    const hasTable = ++this.#frame % FRAMES_PER_TABLE === 0 || isLast;
    if (!reading?.ticks.sampling) reading?.ticks.poll();
    else if (hasTable) reading.ticks.poll(FRAMES_PER_TABLE);
    const rows = (hasTable && reading?.rows.changed()) || [];
    const sentiment = this.#news.now;
    const orders = this.#blotter.takeOrders();
    const positions = second && this.#blotter.takePositions();
    const events = this.#events.take();
    const sources = this.#sources();
    const sourcesText = JSON.stringify(sources);
    const readers = second && this.#readers();
    const readersText = JSON.stringify(readers) ?? this.#sentReaders;
    const changes: Changes = {
      at: Date.now(),
      ...(symbols && { symbols }),
      ...(rows.length > 0 && { rows }),
      ...(sentiment !== this.#sentSentiment && { sentiment }),
      ...(orders && { orders }),
      ...(positions && { positions }),
      ...((processesChanged || second) && { processes: this.#processes.lines() }),
      ...(readers && readersText !== this.#sentReaders && { readers }),
      ...(sourcesText !== this.#sentSources && { sources }),
      ...(second && { seconds: second }),
      ...(events && { events }),
    };
    this.#sentSentiment = sentiment;
    this.#sentSources = sourcesText;
    this.#sentReaders = readersText;
    return changes;
  }

  #state(): State {
    const rows = this.#reading?.rows;
    return {
      type: 'state',
      at: Date.now(),
      setup: this.#setup,
      bucketBounds: BUCKET_BOUNDS,
      symbols: { from: 0, names: rows?.names ?? [] },
      rows: rows?.all() ?? [],
      sentiment: this.#news.now,
      orders: this.#blotter.allOrders(),
      positions: this.#blotter.allPositions(),
      processes: this.#processes.lines(),
      readers: this.#readers(),
      sources: this.#sources(),
      seconds: this.#seconds.all(),
      events: this.#events.all(),
    };
  }

  /**
   * The ticks for each screen: those since its last frame, or the past of a symbol that it has just chosen.
   */
  #points(screens: readonly Screen[]): (screen: Screen) => Points | undefined {
    const reading = this.#reading;
    if (!reading) return () => undefined;
    const { rows, ticks } = reading;
    const fresh = new Map<string, readonly Point[]>();
    const past = new Map<string, readonly Point[]>();
    const shown = new Set<number>();
    const of = (screen: Screen): Points | undefined => {
      const symbol = screen.chosen ?? rows.names[0];
      const index = symbol === undefined ? undefined : rows.indexOf(symbol);
      if (symbol === undefined || index === undefined) return undefined;
      shown.add(index);
      const complete = screen.needsState || screen.charted !== symbol;
      screen.charted = symbol;
      const known = complete ? past : fresh;
      const points = known.get(symbol) ?? this.#asPoints(complete ? ticks.past(index) : ticks.take(index));
      known.set(symbol, points);
      return complete || points.length > 0 ? { symbol, complete, points } : undefined;
    };
    const all = new Map(screens.map((screen) => [screen, of(screen)]));
    ticks.show(shown);
    return (screen) => all.get(screen);
  }

  #asPoints(ticks: readonly WatchedTick[]): Point[] {
    return ticks.map(({ timeNs, price, short, long }) => {
      const at = this.#time.of(timeNs);
      return [at, price, average(short), average(long), this.#news.sentimentAt(at)];
    });
  }

  #checkBook(book: StackBook): void {
    const isClosed = book.header.closed || book.replaced;
    if (isClosed === this.#bookIsClosed) return;
    this.#bookIsClosed = isClosed;
    this.#missing.book = isClosed
      ? `the run has ended; waiting for the next price book ${this.#setup.book}`
      : null;
    if (isClosed) this.#events.add('note', 'the price book is closed');
  }

  #checkHalt(book: StackBook): void {
    const halts = book.counter('order-manager.halted');
    if (halts > 0 && this.#halts === 0) this.#events.add('bad', 'trading is halted');
    if (halts === 0 && this.#halts > 0) this.#events.add('good', 'trading resumed');
    this.#halts = halts;
  }

  #secondIsOver(): boolean {
    const now = performance.now();
    if (now - this.#secondAt < MS_PER_S) return false;
    // Keeps in step with the clock, unless this process was delayed.
    this.#secondAt = now - this.#secondAt < 2 * MS_PER_S ? this.#secondAt + MS_PER_S : now;
    return true;
  }

  #closeSecond(): Changes['seconds'] {
    this.#time.adjust();
    this.#measureSelf();
    if (!this.#reading) return [];
    const { book, rows } = this.#reading;
    this.#processes.measure(book);
    const pnl = this.#blotter.pnl((symbol) => rows.priceOf(symbol));
    const second = this.#bookIsClosed ? undefined : this.#seconds.add(book, pnl);
    return second ? [second] : [];
  }

  #measureSelf(): void {
    const cpuMs = processUsage(process.pid)?.cpuMs;
    if (cpuMs === undefined) return;
    this.#ownCpu = this.#ownCpuMs === 0 ? null : (cpuMs - this.#ownCpuMs) / MS_PER_S;
    this.#ownCpuMs = cpuMs;
  }

  #sources(): SourceLines {
    return {
      ...this.#missing,
      sampling: this.#reading?.ticks.sampling ?? false,
      halts: this.#halts,
      symbolsInBook: this.#reading?.book.table.symbolCount ?? 0,
      ownCpu: this.#ownCpu,
    };
  }

  #readers(): ReaderLine[] {
    if (!this.#reading || this.#bookIsClosed) return [];
    const { book } = this.#reading;
    const { cursor: published } = book.ticks();
    return book
      .readers()
      .map(({ name, pid, cursor, lapped }) => ({ name, pid, lag: Math.max(0, published - cursor), lapped }));
  }
}

function average(usd: number): number | null {
  return Number.isNaN(usd) ? null : Math.round(usd * AVERAGE_DIGITS) / AVERAGE_DIGITS;
}

/** Adds a screen's own part to a message that is encoded once for all screens. */
function withPoints(message: string, points: Points | undefined): string {
  return points === undefined ? message : `${message.slice(0, -1)},"points":${JSON.stringify(points)}}`;
}
