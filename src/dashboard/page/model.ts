// What the page knows: the server's messages, combined. It uses no DOM.

import type {
  Changes,
  EventLine,
  Message,
  NewOrders,
  NewSymbols,
  OrderLine,
  ProcessLine,
  PublisherLine,
  ReaderLine,
  Row,
  Second,
  Setup,
  SourceLines,
  StrategyLine,
  StrategySetup,
} from '../messages.ts';
import { ChartModel } from './chart-model.ts';
import { EquityModel } from './equity-model.ts';
import { type Holding, Holdings, type Pnl } from './holdings.ts';

export const ORDERS_MAX = 1_000;
const SECONDS_MAX = 1_800;
const EVENTS_MAX = 200;
/** Times of one tick differ by this much, because rows have whole milliseconds. */
const SAME_TICK_MS = 1;

/** One symbol, as the table shows it. */
export interface SymbolLine {
  readonly index: number;
  readonly name: string;
  price: number;
  change: number;
  /** Of each publisher: 1 BUY, -1 SELL, 0 NEUTRAL; null: none. */
  signals: readonly (number | null)[];
  /** Unix ms by the server's clock; 0 before the first tick. */
  tickAt: number;
  stale: boolean;
}

/** A part that a message can change. */
export type Part = Exclude<keyof Changes, 'at'>;

export class Model {
  setup: Setup | undefined;
  bucketBounds: readonly number[] = [];
  readonly symbols: SymbolLine[] = [];
  readonly holdings = new Holdings();
  readonly chart = new ChartModel();
  readonly equity = new EquityModel();
  sentiment: number | null = null;
  /** Oldest first. */
  orders: OrderLine[] = [];
  /** Orders that the server left out, because there were too many. */
  ordersSkipped = 0;
  strategies: readonly StrategyLine[] = [];
  publishers: readonly PublisherLine[] = [];
  processes: readonly ProcessLine[] = [];
  readers: readonly ReaderLine[] = [];
  sources: SourceLines | undefined;
  seconds: Second[] = [];
  events: EventLine[] = [];
  /** Only this strategy is shown; '' for all. */
  strategy = '';
  readonly #byName = new Map<string, SymbolLine>();
  /** The server's Unix time in ms when this page's clock was `#receivedAt`. */
  #serverAt = 0;
  #receivedAt = 0;

  /** Applies a message. Returns what it changed. @param now a monotonic clock in ms */
  apply(message: Message, now: number): Set<Part> {
    if (message.type === 'state') {
      this.#reset();
      this.bucketBounds = message.bucketBounds;
    }
    this.#serverAt = message.at;
    this.#receivedAt = now;
    this.#applyMarket(message);
    this.#applyTrading(message);
    this.#applyStack(message);
    return new Set(PARTS.filter((part) => message[part] !== undefined));
  }

  /** The server's time, Unix ms. */
  serverTime(now: number): number {
    return this.#serverAt + (now - this.#receivedAt);
  }

  symbol(name: string): SymbolLine | undefined {
    return this.#byName.get(name);
  }

  /** What is held of a symbol at its latest price, by the strategies that are shown. */
  holding({ name, price }: SymbolLine): Holding {
    return this.holdings.of(name, price, this.strategy);
  }

  /** The P&L of a strategy, or of those that are shown. */
  pnl(strategy = this.strategy): Pnl {
    return this.holdings.total(strategy, (symbol) => this.symbol(symbol)?.price ?? 0);
  }

  /** Index of the strategy that is shown; undefined for all, -1 if there is none of this name. */
  get strategyIndex(): number | undefined {
    if (this.strategy === '') return undefined;
    return this.strategies.findIndex(({ name }) => name === this.strategy);
  }

  /** The strategies that publish, of those that are shown, with their index. */
  get shownPublishers(): (PublisherLine & { readonly index: number })[] {
    return this.publishers
      .map((publisher, index) => ({ ...publisher, index }))
      .filter((publisher) => this.shows(publisher));
  }

  /** The signals of the strategies that are shown. */
  signalsOf({ signals }: SymbolLine): (number | null)[] {
    return this.shownPublishers.map(({ index }) => signals[index] ?? null);
  }

  /** Whether an order or a position belongs to what is shown. */
  shows({ strategy }: { readonly strategy: string }): boolean {
    return this.strategy === '' || this.strategy === strategy;
  }

  /** The sentiments between which the strategies that are shown do not trade; null: not known, or they differ. */
  get newsNeutral(): StrategySetup['newsNeutral'] {
    const all = this.setup?.strategies.filter(({ name }) => this.shows({ strategy: name })) ?? [];
    const [first = null, ...others] = all.map(({ newsNeutral }) => newsNeutral);
    const isSame = others.every((other) => other?.from === first?.from && other?.to === first?.to);
    return isSame ? first : null;
  }

  #applyMarket({ setup, symbols, rows, sentiment, chart }: Changes): void {
    if (setup) this.setup = setup;
    if (symbols) this.#addSymbols(symbols);
    for (const row of rows ?? []) this.#setRow(row);
    if (sentiment !== undefined) this.sentiment = sentiment;
    if (chart) this.chart.apply(chart);
    if (chart) this.#takePriceOfChart();
  }

  /** The chart is sent more often than the table: both show the later price. */
  #takePriceOfChart(): void {
    const line = this.symbol(this.chart.symbol);
    const { last } = this.chart;
    if (!line || !last || last.at + SAME_TICK_MS < line.tickAt) return;
    line.change = line.price === 0 ? 0 : ((1 + line.change) * last.price) / line.price - 1;
    line.price = last.price;
    line.tickAt = Math.round(last.at);
  }

  #applyTrading({ orders, positions, seconds, equity, strategies, publishers }: Changes): void {
    if (orders) this.#addOrders(orders);
    if (positions) this.holdings.apply(positions);
    if (seconds) this.seconds = lastOf([...this.seconds, ...seconds], SECONDS_MAX);
    if (equity) this.equity.add(equity);
    if (strategies) this.strategies = strategies;
    if (publishers) this.publishers = publishers;
  }

  #applyStack({ processes, readers, sources, events }: Changes): void {
    if (processes) this.processes = processes;
    if (readers) this.readers = readers;
    if (sources) this.sources = sources;
    if (events) this.events = lastOf([...this.events, ...events], EVENTS_MAX);
  }

  #addSymbols({ from, names }: NewSymbols): void {
    for (const [offset, name] of names.entries()) {
      const index = from + offset;
      const line = { index, name, price: 0, change: 0, signals: [], tickAt: 0, stale: false };
      this.symbols[index] = line;
      this.#byName.set(name, line);
    }
  }

  #setRow([index, price, change, tickAt, stale, ...signals]: Row): void {
    const line = this.symbols[index];
    if (line) Object.assign(line, { price, change, signals, tickAt, stale: stale === 1 });
  }

  #addOrders({ complete, lines, skipped }: NewOrders): void {
    this.orders = lastOf(complete ? [...lines] : [...this.orders, ...lines], ORDERS_MAX);
    this.ordersSkipped = complete ? 0 : this.ordersSkipped + skipped;
  }

  #reset(): void {
    this.symbols.length = 0;
    this.#byName.clear();
    this.holdings.clear();
    this.chart.clear();
    this.equity.clear();
    this.orders = [];
    this.seconds = [];
    this.events = [];
  }
}

const PARTS: readonly Part[] = [
  'setup',
  'symbols',
  'rows',
  'sentiment',
  'orders',
  'positions',
  'strategies',
  'publishers',
  'processes',
  'readers',
  'sources',
  'seconds',
  'equity',
  'events',
  'chart',
];

function lastOf<T>(all: T[], max: number): T[] {
  return all.length > max ? all.slice(-max) : all;
}
