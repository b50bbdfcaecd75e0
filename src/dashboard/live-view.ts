// What all screens see: the state of the stack, and its changes up to ten times per second. Changes between
// two frames are conflated, so a busy stack costs a screen no more than a quiet one.

import type { StrategyPosition } from '../domain/positions.ts';
import type { Halts } from '../domain/risk/halts.ts';
import { natsServers } from '../monitoring/nats-state.ts';
import { processState } from '../monitoring/process-state.ts';
import { processUsage } from '../monitoring/process-usage.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import { groupedCount } from '../platform/counted.ts';
import type { ReportCopy } from '../protocol/order-messages.ts';
import { Blotter } from './blotter.ts';
import { Charts } from './charts.ts';
import { EquityHistory } from './equity-history.ts';
import { Events } from './events.ts';
import type { Exported } from './exports.ts';
import type {
  Changes,
  ChartLines,
  EquityPoint,
  Frame,
  OrderLine,
  ReaderLine,
  Setup,
  SourceLines,
  State,
  StrategyLine,
} from './messages.ts';
import { NewsHistory } from './news-history.ts';
import { ProcessWatch } from './process-watch.ts';
import { PublishedSignals } from './published-signals.ts';
import type { Screen } from './screens.ts';
import { BUCKET_BOUNDS, Seconds } from './seconds.ts';
import { SentParts } from './sent-parts.ts';
import { Sources } from './sources.ts';
import { SYMBOLS_SHOWN_MAX, SymbolRows } from './symbol-rows.ts';
import { TickWatch } from './tick-watch.ts';
import { WallTime } from './wall-time.ts';

const MS_PER_S = 1_000;
/** Every third frame has the table of symbols: people read figures more slowly than they follow a line. */
const FRAMES_PER_TABLE = 3;

/** A book and its readers. */
interface Reading {
  readonly book: StackBook;
  readonly ticks: TickWatch;
  readonly rows: SymbolRows;
  readonly signals: PublishedSignals;
}

/** What a second adds; nothing without a book. */
type ClosedSecond = Pick<Changes, 'seconds' | 'equity'>;

export class LiveView implements Exported {
  readonly #describe: (book?: StackBook) => Setup;
  readonly #events = new Events();
  readonly #processes = new ProcessWatch(this.#events, () => natsServers(this.#setup.stack));
  readonly #blotter = new Blotter();
  readonly #news = new NewsHistory();
  readonly #seconds = new Seconds();
  readonly #equity = new EquityHistory();
  readonly #time = new WallTime();
  readonly #sources: Sources;
  readonly #signals: PublishedSignals;
  readonly #charts = new Charts(this.#news, this.#time, this.#blotter);
  readonly #sent = new SentParts();
  #setup: Setup;
  #reading: Reading | undefined;
  #secondAt = 0;
  #ownCpuMs = 0;
  #ownCpu: number | null = null;
  #frame = 0;
  /** Whether the screens show another book and need the whole state. */
  #resendAll = false;

  /** @param describe describes the stack: called again whenever one of its processes was started */
  constructor(describe: (book?: StackBook) => Setup) {
    this.#describe = describe;
    this.#setup = describe();
    this.#sources = new Sources(this.#setup.book, this.#events);
    this.#signals = new PublishedSignals(this.#setup.stack, SYMBOLS_SHOWN_MAX);
  }

  /** The present or last book; undefined before the first. */
  get book(): StackBook | undefined {
    return this.#reading?.book;
  }

  trades(): OrderLine[] {
    return this.#blotter.trades.all();
  }

  positions(): readonly StrategyPosition[] {
    return this.#blotter.allPositions().lines;
  }

  strategies(): StrategyLine[] {
    return this.#blotter.strategies();
  }

  equity(): readonly EquityPoint[] {
    return this.#equity.all();
  }

  priceOf(symbol: string): number | undefined {
    return this.#reading?.rows.priceOf(symbol);
  }

  /** A book was found, or a new one has replaced it. */
  onBook(book: StackBook): void {
    this.#sources.onBook(this.#reading !== undefined);
    this.#setup = this.#describe(book);
    this.#read(book);
    this.#processes.reset();
    this.#seconds.reset();
  }

  #read(book: StackBook): void {
    const onTick = this.#charts.recorder(book);
    const ticks = new TickWatch(book, { symbolsMax: SYMBOLS_SHOWN_MAX, onTick });
    this.#signals.attach(book);
    const rows = new SymbolRows(book, this.#signals, this.#time);
    rows.register();
    rows.changed();
    this.#reading = { book, ticks, rows, signals: this.#signals };
    this.#resendAll = true;
  }

  onBadBook(reason: string): void {
    this.#sources.onBadBook(reason);
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

  onHalts(halts: Halts): void {
    this.#sources.setHalts(halts);
  }

  onBadFrame(from: string, reason: string): void {
    this.#events.add('bad', `bad frame from ${from}: ${reason.slice(0, 120)}`);
  }

  /** A source is connected. */
  onUp(source: 'news' | 'orders'): void {
    this.#sources.onUp(source);
  }

  /** A source is down. */
  onDown(source: 'news' | 'orders', reason: string, wasUp: boolean): void {
    if (source === 'news') this.#news.add(null, Date.now());
    const isExpected = source === 'news' && this.book?.counter('gateway.ended') === 1;
    this.#sources.onDown(source, reason, wasUp && !isExpected);
  }

  /**
   * Reads all sources and sends every screen what it has not seen. The last frame has every part.
   * @param frames frames of time since the last call
   */
  show(screens: readonly Screen[], { isLast = false, frames = 1 } = {}): void {
    const reading = this.#reading;
    if (reading) this.#watchSources(reading.book);
    const processesChanged = reading ? this.#processes.poll(reading.book) : false;
    if (processesChanged && reading) this.#setup = this.#describe(reading.book);
    const hasTable = ++this.#frame % FRAMES_PER_TABLE === 0 || isLast || screens.length === 0;
    if (!reading?.ticks.sampling) reading?.ticks.poll(frames);
    else if (hasTable) reading.ticks.poll(Math.max(frames, FRAMES_PER_TABLE));
    if (this.#signals.poll()) this.#resendAll = true;
    const second = isLast || this.#secondIsOver() ? this.#closeSecond() : undefined;
    if (screens.length > 0) this.#send(screens, this.#changes(processesChanged, second, hasTable));
    else if (reading) this.#charts.next([], reading);
  }

  #watchSources(book: StackBook): void {
    this.#sources.setBookClosed(book.header.closed || book.replaced);
    // The counter of a Gateway that is dead or has ended is as it was.
    const isUp = processState(book, 'gateway').state === 'running';
    this.#sources.setFeedDown(isUp && book.counter('gateway.feedDown') === 1);
  }

  #send(screens: readonly Screen[], changes: Changes): void {
    if (this.#resendAll) for (const screen of screens) screen.needsState = true;
    this.#resendAll = false;
    const ready = screens.filter((screen) => screen.isReady());
    const hasNews = Object.keys(changes).length > 1;
    let frame: string | undefined;
    let state: string | undefined;
    const charts = this.#reading && this.#charts.next(ready, this.#reading);
    for (const screen of ready) {
      const chart = charts?.get(screen);
      if (screen.needsState) {
        state ??= JSON.stringify(this.#state());
        screen.send(withChart(state, chart));
        screen.needsState = false;
      } else if (hasNews || chart !== undefined) {
        frame ??= JSON.stringify({ type: 'frame', ...changes } satisfies Frame);
        screen.send(withChart(frame, chart));
      }
    }
  }

  /** Takes what changed since the last frame, whether or not a screen gets it. */
  #changes(processesChanged: boolean, second: ClosedSecond | undefined, hasTable: boolean): Changes {
    const rows = this.#reading?.rows;
    const symbols = rows?.register();
    const changed = (hasTable && rows?.changed()) || [];
    const orders = this.#blotter.takeOrders();
    const positions = hasTable ? this.#blotter.takePositions() : undefined;
    const events = this.#events.take();
    return {
      at: Date.now(),
      ...(symbols && { symbols }),
      ...(changed.length > 0 && { rows: changed }),
      ...(orders && { orders }),
      ...(positions && { positions }),
      ...((processesChanged || second) && { processes: this.#processes.lines() }),
      ...second,
      ...(events && { events }),
      ...this.#sent.changes({
        setup: this.#setup,
        sentiment: this.#news.now,
        sources: this.#sourceLines(),
        ...(second && { readers: this.#readers() }),
        ...(hasTable && { strategies: this.#blotter.strategies(), publishers: this.#signals.lines() }),
      }),
    };
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
      strategies: this.#blotter.strategies(),
      publishers: this.#signals.lines(),
      processes: this.#processes.lines(),
      readers: this.#readers(),
      sources: this.#sourceLines(),
      seconds: this.#seconds.all(),
      equity: this.#equity.all(),
      events: this.#events.all(),
    };
  }

  #secondIsOver(): boolean {
    const now = performance.now();
    if (now - this.#secondAt < MS_PER_S) return false;
    // Keeps in step with the clock, unless this process was delayed.
    this.#secondAt = now - this.#secondAt < 2 * MS_PER_S ? this.#secondAt + MS_PER_S : now;
    return true;
  }

  #closeSecond(): ClosedSecond {
    this.#time.adjust();
    this.#measureSelf();
    if (!this.#reading) return {};
    const { book, rows } = this.#reading;
    this.#processes.measure();
    if (this.#sources.bookIsClosed) return {};
    const second = this.#seconds.add(book);
    const pnl = this.#blotter.pnl((symbol) => rows.priceOf(symbol));
    return { equity: [this.#equity.add(Date.now(), pnl)], ...(second && { seconds: [second] }) };
  }

  #measureSelf(): void {
    const cpuMs = processUsage(process.pid)?.cpuMs;
    if (cpuMs === undefined) return;
    this.#ownCpu = this.#ownCpuMs === 0 ? null : (cpuMs - this.#ownCpuMs) / MS_PER_S;
    this.#ownCpuMs = cpuMs;
  }

  #sourceLines(): SourceLines {
    const { book } = this;
    return this.#sources.lines({
      ended: book?.counter('gateway.ended') === 1 ? endedText(book) : null,
      sampling: this.#reading?.ticks.sampling ?? false,
      symbolsInBook: book?.table.symbolCount ?? 0,
      ownCpu: this.#ownCpu,
    });
  }

  #readers(): ReaderLine[] {
    if (!this.#reading || this.#sources.bookIsClosed) return [];
    const { book } = this.#reading;
    const { cursor: published } = book.ticks();
    return book
      .readers()
      .map(({ name, pid, cursor, lapped }) => ({ name, pid, lag: Math.max(0, published - cursor), lapped }));
  }
}

/** The last tick of the data was sent. */
function endedText(book: StackBook): string {
  const sent = book.counter('gateway.ticksSent');
  return `The replay has ended after ${groupedCount(sent, 'tick')}: prices no longer change.`;
}

/** Adds a screen's own part to a message that is encoded once for all screens. */
function withChart(message: string, chart: ChartLines | undefined): string {
  return chart === undefined ? message : `${message.slice(0, -1)},"chart":${JSON.stringify(chart)}}`;
}
