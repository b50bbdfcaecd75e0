// What the page knows: the server's messages, combined. It uses no DOM.

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
/**
 * Most points of a chart, and how many are kept beyond it: trimming redraws the chart, so it must be rare.
 */
const POINTS_MAX = 2_000;
const POINTS_KEPT = 1_200;

/** One symbol, as the table shows it. */
export interface SymbolLine {
  readonly index: number;
  readonly name: string;
  price: number;
  change: number;
  /** 1 BUY, -1 SELL, 0 NEUTRAL, null: unknown. */
  signal: number | null;
  position: number;
  pnl: number;
  /** Unix ms by the server's clock; 0 before the first tick. */
  tickAt: number;
  stale: boolean;
}

/** A part that a message can change. */
export type Part = Exclude<keyof Changes, 'at'> | 'setup';

/** Changes to the points of the chart since the last call. */
export interface PointsChange {
  readonly symbol: string;
  /** True: all points are new; false: `added` follows the earlier ones. */
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
  /** Orders that the server left out, because there were too many. */
  ordersSkipped = 0;
  readonly positions = new Map<string, StrategyPosition>();
  processes: readonly ProcessLine[] = [];
  readers: readonly ReaderLine[] = [];
  sources: SourceLines | undefined;
  seconds: Second[] = [];
  events: EventLine[] = [];
  /** The symbol of the chart. */
  charted = '';
  /** Its ticks, oldest first. */
  points: Point[] = [];
  readonly #byName = new Map<string, SymbolLine>();
  #pointsReplaced = true;
  #added: Point[] = [];
  /** The server's Unix time in ms when this page's clock was `#receivedAt`. */
  #serverAt = 0;
  #receivedAt = 0;

  /** Applies a message. Returns what it changed. @param now a monotonic clock in ms */
  apply(message: Message, now: number): Set<Part> {
    const changed = new Set<Part>();
    if (message.type === 'state') {
      this.#reset();
      this.setup = message.setup;
      this.bucketBounds = message.bucketBounds;
      changed.add('setup');
    }
    this.#serverAt = message.at;
    this.#receivedAt = now;
    for (const part of PARTS) {
      if (message[part] === undefined) continue;
      changed.add(part);
    }
    this.#applyMarket(message);
    this.#applyTrading(message);
    this.#applyStack(message);
    return changed;
  }

  /** The server's time, Unix ms. */
  serverTime(now: number): number {
    return this.#serverAt + (now - this.#receivedAt);
  }

  symbol(name: string): SymbolLine | undefined {
    return this.#byName.get(name);
  }

  /** The signal of the news: 1 BUY, -1 SELL, 0 NEUTRAL; null without live news. */
  get newsSignal(): number | null {
    if (this.sentiment === null || !this.setup) return null;
    if (this.sentiment > this.setup.bullish) return 1;
    return this.sentiment < this.setup.bearish ? -1 : 0;
  }

  /** Takes the changes for the chart since the last call. */
  takePoints(): PointsChange {
    const change = { symbol: this.charted, complete: this.#pointsReplaced, added: this.#added };
    this.#pointsReplaced = false;
    this.#added = [];
    return change;
  }

  #applyMarket({ symbols, rows, sentiment, points }: Changes): void {
    if (symbols) this.#addSymbols(symbols);
    for (const row of rows ?? []) this.#setRow(row);
    if (sentiment !== undefined) this.sentiment = sentiment;
    if (points) this.#addPoints(points);
  }

  #applyTrading({ orders, positions, seconds }: Changes): void {
    if (orders) this.#addOrders(orders);
    if (positions) this.#addPositions(positions);
    if (seconds) this.seconds = lastOf([...this.seconds, ...seconds], SECONDS_MAX);
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

  #reset(): void {
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
