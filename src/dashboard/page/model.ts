// What the page knows: the messages of the server, put together. No DOM here.

import type { StrategyPosition } from '../../domain/positions.ts';
import type {
  Changes,
  EventLine,
  Message,
  NewOrders,
  NewPositions,
  NewSymbols,
  OrderLine,
  Point,
  Points,
  ProcessLine,
  ReaderLine,
  Row,
  Second,
  Setup,
  SourceLines,
} from '../messages.ts';

export const ORDERS_MAX = 1_000;
const SECONDS_MAX = 1_800;
const EVENTS_MAX = 200;
/** Points of a chart, and how many are kept when there are more: trimming redraws it, so it is not done at each. */
const POINTS_MAX = 2_000;
const POINTS_KEPT = 1_200;

/** One symbol, as the table shows it. */
export interface SymbolLine {
  readonly index: number;
  readonly name: string;
  price: number;
  change: number;
  /** 1 BUY, -1 SELL, 0 NEUTRAL, null: not known. */
  signal: number | null;
  position: number;
  pnl: number;
  /** Unix ms by the server's clock; 0: no tick yet. */
  tickAt: number;
  stale: boolean;
}

/** What a message changed. */
export type Part = Exclude<keyof Changes, 'at'> | 'setup';

/** What happened to the points of the chart since somebody last asked. */
export interface PointsChange {
  readonly symbol: string;
  /** True: all are others; false: those of `added` are new, at the end. */
  readonly complete: boolean;
  readonly added: readonly Point[];
}

export class Model {
  setup: Setup | undefined;
  bucketBounds: readonly number[] = [];
  readonly symbols: SymbolLine[] = [];
  sentiment: number | null = null;
  /** Oldest first. */
  orders: OrderLine[] = [];
  /** Orders that were not sent here, because too many came at once. */
  ordersSkipped = 0;
  readonly positions = new Map<string, StrategyPosition>();
  processes: readonly ProcessLine[] = [];
  readers: readonly ReaderLine[] = [];
  sources: SourceLines | undefined;
  seconds: Second[] = [];
  events: EventLine[] = [];
  /** The symbol of the chart, and its ticks, oldest first. */
  charted = '';
  points: Point[] = [];
  readonly #byName = new Map<string, SymbolLine>();
  #pointsReplaced = true;
  #added: Point[] = [];
  /** Unix ms of the server, when this page's clock showed `#heardAt`. */
  #serverAt = 0;
  #heardAt = 0;

  /** Takes a message; returns what it changed. `now` is any clock in ms that only goes forward. */
  apply(message: Message, now: number): Set<Part> {
    const changed = new Set<Part>();
    if (message.type === 'state') {
      this.#forget();
      this.setup = message.setup;
      this.bucketBounds = message.bucketBounds;
      changed.add('setup');
    }
    this.#serverAt = message.at;
    this.#heardAt = now;
    for (const part of PARTS) {
      if (message[part] === undefined) continue;
      changed.add(part);
    }
    this.#takeMarket(message);
    this.#takeTrading(message);
    this.#takeStack(message);
    return changed;
  }

  /** The server's time of day, Unix ms. */
  serverTime(now: number): number {
    return this.#serverAt + (now - this.#heardAt);
  }

  symbol(name: string): SymbolLine | undefined {
    return this.#byName.get(name);
  }

  /** BUY 1, SELL -1, NEUTRAL 0, as the news says; null without live news. */
  get newsSignal(): number | null {
    if (this.sentiment === null || !this.setup) return null;
    if (this.sentiment > this.setup.bullish) return 1;
    return this.sentiment < this.setup.bearish ? -1 : 0;
  }

  /** What is new for the chart since the last call. */
  takePoints(): PointsChange {
    const change = { symbol: this.charted, complete: this.#pointsReplaced, added: this.#added };
    this.#pointsReplaced = false;
    this.#added = [];
    return change;
  }

  #takeMarket({ symbols, rows, sentiment, points }: Changes): void {
    if (symbols) this.#addSymbols(symbols);
    for (const row of rows ?? []) this.#setRow(row);
    if (sentiment !== undefined) this.sentiment = sentiment;
    if (points) this.#addPoints(points);
  }

  #takeTrading({ orders, positions, seconds }: Changes): void {
    if (orders) this.#addOrders(orders);
    if (positions) this.#addPositions(positions);
    if (seconds) this.seconds = lastOf([...this.seconds, ...seconds], SECONDS_MAX);
  }

  #takeStack({ processes, readers, sources, events }: Changes): void {
    if (processes) this.processes = processes;
    if (readers) this.readers = readers;
    if (sources) this.sources = sources;
    if (events) this.events = lastOf([...this.events, ...events], EVENTS_MAX);
  }

  #addSymbols({ from, names }: NewSymbols): void {
    for (const [offset, name] of names.entries()) {
      const index = from + offset;
      const line = {
        index,
        name,
        price: 0,
        change: 0,
        signal: null,
        position: 0,
        pnl: 0,
        tickAt: 0,
        stale: false,
      };
      this.symbols[index] = line;
      this.#byName.set(name, line);
    }
  }

  #setRow([index, price, change, signal, position, pnl, tickAt, stale]: Row): void {
    const line = this.symbols[index];
    if (line) Object.assign(line, { price, change, signal, position, pnl, tickAt, stale: stale === 1 });
  }

  #addOrders({ complete, lines, skipped }: NewOrders): void {
    this.orders = lastOf(complete ? [...lines] : [...this.orders, ...lines], ORDERS_MAX);
    this.ordersSkipped = complete ? 0 : this.ordersSkipped + skipped;
  }

  #addPositions({ complete, lines }: NewPositions): void {
    if (complete) this.positions.clear();
    for (const line of lines) this.positions.set(`${line.strategy} ${line.symbol}`, line);
  }

  #addPoints({ symbol, complete, points }: Points): void {
    if (complete) {
      this.charted = symbol;
      this.points = [...points];
      this.#pointsReplaced = true;
    } else if (symbol === this.charted) {
      this.points.push(...points);
      this.#added.push(...points);
    }
    if (this.points.length > POINTS_MAX) {
      this.points = this.points.slice(-POINTS_KEPT);
      this.#pointsReplaced = true;
    }
    if (this.#pointsReplaced) this.#added = [];
  }

  #forget(): void {
    this.symbols.length = 0;
    this.#byName.clear();
    this.positions.clear();
    this.orders = [];
    this.seconds = [];
    this.events = [];
    this.points = [];
    this.charted = '';
    this.#pointsReplaced = true;
    this.#added = [];
  }
}

const PARTS: readonly Exclude<Part, 'setup'>[] = [
  'symbols',
  'rows',
  'sentiment',
  'orders',
  'positions',
  'processes',
  'readers',
  'sources',
  'seconds',
  'events',
  'points',
];

function lastOf<T>(all: T[], max: number): T[] {
  return all.length > max ? all.slice(-max) : all;
}
