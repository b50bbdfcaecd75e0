// The order store: every executed order, the report that answered it, and the resulting positions.
//
//    sqlite/   on disk before a report leaves; what an OrderManager uses
//    memory/   no I/O; for tests, and for runs that end with their process

import assert from 'node:assert/strict';
import type { ExecutionReport } from '../domain/orders.ts';
import type { StrategyPosition } from '../domain/positions.ts';
import type { RecordedOrder } from './recorded-order.ts';

/** Which orders to list, and in which order. */
export interface OrdersQuery {
  /** The most orders to list; all when left out. */
  readonly limit?: number;
  /** The order id to begin with. */
  readonly from?: number;
  /** True: newest first, with decreasing ids. */
  readonly newestFirst?: boolean;
  /** Only orders of this strategy. */
  readonly strategy?: string | undefined;
  /** Only orders in this symbol. */
  readonly symbol?: string | undefined;
}

/** A place among positions that are sorted by strategy and symbol. */
export interface PositionsPlace {
  /** Only positions of this strategy. */
  readonly only: string | undefined;
  /** Only positions after this one; undefined: from the first on. */
  readonly after: Pick<StrategyPosition, 'strategy' | 'symbol'> | undefined;
}

/** How many orders are recorded. */
export interface OrderTotals {
  readonly orders: number;
  readonly filled: number;
  readonly rejected: number;
  /** USD. */
  readonly fees: number;
}

export const NO_ORDERS: OrderTotals = { orders: 0, filled: 0, rejected: 0, fees: 0 };

export function sumOfTotals(all: Iterable<OrderTotals>): OrderTotals {
  const sum = { ...NO_ORDERS };
  for (const { orders, filled, rejected, fees } of all) {
    sum.orders += orders;
    sum.filled += filled;
    sum.rejected += rejected;
    sum.fees += fees;
  }
  return sum;
}

/** Every lookup may throw `RecordReadError`. */
export interface OrderReader {
  /** The report that answered this strategy's order; undefined for a new order. */
  find(strategy: string, clOrdId: string): ExecutionReport | undefined;
  /** The client order id of the strategy's latest order that had one. */
  lastClOrdId(strategy: string): string | undefined;
  /** Flat when the strategy never traded the symbol. */
  position(strategy: string, symbol: string): StrategyPosition;
  /** Whether the strategy ever traded the symbol. */
  hasTraded(strategy: string, symbol: string): boolean;
  /** How many symbols the strategy ever traded. */
  symbolsTraded(strategy: string): number;
  /** The positions of one strategy, flat ones too, sorted by symbol. */
  positionsOf(strategy: string): StrategyPosition[];
  /** The positions of all strategies, flat ones too, sorted by strategy and symbol. */
  positions(): StrategyPosition[];
  /** The first of these positions, flat ones too, sorted by strategy and symbol. Fewer than `limit` are the last ones. */
  positionsAfter(place: PositionsPlace, limit: number): StrategyPosition[];
  /** Orders by id. Orders recorded while the caller iterates may be among them. */
  orders(query?: OrdersQuery): Iterable<RecordedOrder>;
  totals(): OrderTotals;
}

export interface OrderStore extends OrderReader {
  /** The id of the newest order; 0 when there is none. Ids have no gaps. */
  readonly lastOrderId: number;
  /**
   * Records a group of orders, whose ids continue from `lastOrderId`. All or nothing: when it throws, the store is as before.
   * @param positions what the filled ones left of their positions, in their order; of one position the last counts
   * @throws RecordWriteError when the medium fails, or an order's strategy and `clOrdId` are already recorded
   */
  recordAll(orders: readonly RecordedOrder[], positions: readonly StrategyPosition[]): void;
}

/** Whether a position comes after a place. */
export function isIn({ only, after }: PositionsPlace, { strategy, symbol }: StrategyPosition): boolean {
  if (only !== undefined && strategy !== only) return false;
  if (after === undefined || strategy > after.strategy) return true;
  return strategy === after.strategy && symbol > after.symbol;
}

/** Order ids number the orders without gaps. */
export function assertIdsContinue(lastOrderId: number, orders: readonly RecordedOrder[]): void {
  let expected = lastOrderId;
  for (const { orderId } of orders)
    assert.ok(orderId === ++expected, 'order ids continue from the last recorded order');
}
