// The trades of a run, and the positions and profit that follow from them, computed as simply as possible.

import fs from 'node:fs';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import type { NaiveOrder, NaiveTick } from '../domain/naive-trader.ts';

/** The ticks of a CSV file: all rows with a price. */
export function ticksOf(csv: string): NaiveTick[] {
  return fs
    .readFileSync(csv, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((row) => row.split(','))
    .filter(([, , price]) => Number(price) > 0)
    .map(([, symbol, price]) => ({ symbol, price: Number(price) }));
}

/** The market time of all ticks of csvOf(). */
export const MARKET_TIME = Date.UTC(2024, 0, 2);

/** The text of a CSV file with these ticks. */
export function csvOf(ticks: readonly NaiveTick[]): string {
  const rows = ticks.map(({ symbol, price }) => `2024-01-02,${symbol},${price}`);
  return `${['timestamp,symbol,price', ...rows].join('\n')}\n`;
}

/** The filled orders. */
export function tradesOf(orders: readonly RecordedOrder[]): NaiveOrder[] {
  return orders
    .filter(({ status }) => status === 'FILLED')
    .map(({ symbol, side, quantity, price }) => ({ symbol, side, quantity, price }));
}

/** Signed shares by symbol, computed from the fills. */
export function positionsOf(trades: readonly NaiveOrder[]): Map<string, number> {
  const positions = new Map<string, number>();
  for (const { symbol, side, quantity } of trades)
    positions.set(symbol, (positions.get(symbol) ?? 0) + (side === 'BUY' ? quantity : -quantity));
  return positions;
}

/** Profit in USD: sales minus purchases, plus the positions at the last prices. */
export function profitOf(trades: readonly NaiveOrder[], lastPrices: ReadonlyMap<string, number>): number {
  const cash = trades.map(({ side, quantity, price }) => (side === 'SELL' ? 1 : -1) * quantity * price);
  const held = [...positionsOf(trades)].map(
    ([symbol, quantity]) => quantity * (lastPrices.get(symbol) ?? Number.NaN),
  );
  return sum(cash) + sum(held);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
