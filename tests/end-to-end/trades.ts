// A run's account taken a second time, as simply as possible: what it should have sent, traded, held and earned.

import fs from 'node:fs';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import type { NaiveOrder, NaiveTick } from '../domain/naive-trader.ts';

/** The rows of a file that are ticks: all but those without a price. */
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

/** A file of ticks, to be replayed. */
export function csvOf(ticks: readonly NaiveTick[]): string {
  const rows = ticks.map(({ symbol, price }) => `2024-01-02,${symbol},${price}`);
  return `${['timestamp,symbol,price', ...rows].join('\n')}\n`;
}

/** What was traded, of the recorded orders. */
export function tradesOf(orders: readonly RecordedOrder[]): NaiveOrder[] {
  return orders
    .filter(({ status }) => status === 'FILLED')
    .map(({ symbol, side, quantity, price }) => ({ symbol, side, quantity, price }));
}

/** Signed shares by symbol, from the fills alone. */
export function positionsOf(trades: readonly NaiveOrder[]): Map<string, number> {
  const positions = new Map<string, number>();
  for (const { symbol, side, quantity } of trades)
    positions.set(symbol, (positions.get(symbol) ?? 0) + (side === 'BUY' ? quantity : -quantity));
  return positions;
}

/** USD: what the sales brought, less what the purchases cost, and what is held at the last prices. */
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
