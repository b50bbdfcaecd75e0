// A market in memory: feeds a trader ticks and news, and keeps its orders until they are answered.

import type { ExecutionReport, FilledReport, Order } from '../../src/domain/orders.ts';
import type { CreateStrategy } from '../../src/domain/strategies/strategy.ts';
import {
  type OrderPort,
  type Ticks,
  Trader,
  type TraderEvents,
  type TraderSettings,
} from '../../src/domain/trader.ts';
import type { NaiveTick } from './naive-trader.ts';

export const NS_PER_MS = 1e6;
/** The run of the Gateway that a lossless trader trades. Its news is known for all ticks. */
export const RUN_ID = 42;

const SETTINGS: TraderSettings = {
  lossless: false,
  staleAfter: 1_000,
  symbols: undefined,
  slippageBps: 0,
};

export class Market implements OrderPort, TraderEvents {
  readonly trader: Trader;
  /** All orders, in the order of sending. */
  readonly orders: Order[] = [];
  /** Orders without a report. */
  readonly pending: Order[] = [];
  /** Fills each order inside send(), as a backtest does. */
  fillsAtOnce = false;
  isOpen = true;
  nowNs = 0;
  readonly evaluatedNs: number[] = [];
  staleDecisions = 0;
  readonly unnamed: number[] = [];
  #positions = new Map<string, number>();
  #lastSequence = 0;

  constructor(
    createStrategy: CreateStrategy,
    settings: Partial<TraderSettings> = {},
    evaluatedNs?: Float64Array,
  ) {
    this.trader = new Trader(
      { ...SETTINGS, ...settings },
      {
        createStrategy,
        evaluatedNs,
        orders: this,
        events: this,
        nowNs: () => this.nowNs,
        marketTimeMs: (timeNs) => timeNs / NS_PER_MS,
      },
    );
    if (settings.lossless) {
      this.trader.news.begin(RUN_ID, 1);
      this.trader.news.mark(Number.POSITIVE_INFINITY);
      this.trader.beginRun(RUN_ID, []);
    }
  }

  canSend(): boolean {
    return this.isOpen;
  }

  send(order: Order): void {
    this.orders.push(order);
    this.pending.push(order);
    if (this.fillsAtOnce) this.fill();
  }

  onEvaluated(timeNs: number): void {
    this.evaluatedNs.push(timeNs);
  }

  onStaleDecision(): void {
    this.staleDecisions++;
  }

  onUnnamedSymbol(index: number): void {
    this.unnamed.push(index);
  }

  /** Gives the trader these symbols, by index. */
  list(...symbols: string[]): void {
    this.trader.attach({ count: symbols.length, nameOf: (index) => symbols[index] });
  }

  /** Feeds ticks, all sent at `timeNs`, by symbol index and price; returns how many the trader evaluated. */
  tick(ticks: readonly (readonly [symbol: number, price: number])[], timeNs = this.nowNs): number {
    const first = this.#lastSequence + 1;
    const taken = this.trader.onTicks(
      ticksOf(ticks.map(([symbol, price], row) => ({ symbol, price, sequence: first + row, timeNs }))),
      0,
    );
    this.#lastSequence += taken;
    return taken;
  }

  /** Fills the oldest order without a report. */
  fill(): FilledReport {
    const order = this.#next();
    const traded = order.side === 'BUY' ? order.quantity : -order.quantity;
    const position = (this.#positions.get(order.symbol) ?? 0) + traded;
    this.#positions.set(order.symbol, position);
    const report: FilledReport = {
      status: 'FILLED',
      orderId: this.orders.indexOf(order) + 1,
      ...order,
      position,
    };
    this.trader.onReport(report, order);
    return report;
  }

  /** Rejects the oldest order without a report. */
  reject(): ExecutionReport {
    const report: ExecutionReport = { status: 'REJECTED', reason: 'QUANTITY_ABOVE_LIMIT' };
    this.trader.onReport(report, this.#next());
    return report;
  }

  /** The orders as text: `BUY 10 A @ 12`. */
  get orderTexts(): string[] {
    return this.orders.map(({ side, quantity, symbol, price }) => `${side} ${quantity} ${symbol} @ ${price}`);
  }

  #next(): Order {
    const order = this.pending.shift();
    if (order === undefined) throw new Error('no order without a report');
    return order;
  }
}

/** One tick of a batch. */
export interface BatchTick {
  readonly symbol: number;
  readonly price: number;
  readonly sequence: number;
  readonly timeNs: number;
  /** NaN if left out. */
  readonly marketTimeMs?: number;
}

/** A batch of ticks in columns that have room for one more, as the columns of a reader mostly have. */
export function ticksOf(ticks: readonly BatchTick[]): Ticks {
  const capacity = ticks.length + 1;
  const columns = {
    symbols: new Int32Array(capacity),
    prices: new Float64Array(capacity),
    sequences: new Float64Array(capacity),
    timesNs: new Float64Array(capacity),
    marketTimesMs: new Float64Array(capacity).fill(Number.NaN),
  };
  for (const [row, { symbol, price, sequence, timeNs, marketTimeMs = Number.NaN }] of ticks.entries()) {
    columns.symbols[row] = symbol;
    columns.prices[row] = price;
    columns.sequences[row] = sequence;
    columns.timesNs[row] = timeNs;
    columns.marketTimesMs[row] = marketTimeMs;
  }
  return { ...columns, count: ticks.length };
}

/** The symbols of ticks, in the order in which a price book would list them. */
export function symbolsOf(ticks: readonly NaiveTick[]): string[] {
  return [...new Set(ticks.map(({ symbol }) => symbol))];
}
