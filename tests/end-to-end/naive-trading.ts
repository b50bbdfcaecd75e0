// An independent model of the whole stack, as simple as can be: what it should have sent, ordered, held and earned.

import fs from 'node:fs';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';

export interface Tick {
  readonly symbol: string;
  readonly price: number;
}

export interface TradedOrder extends Tick {
  readonly side: string;
  readonly quantity: number;
}

/** The rows of a file that are ticks: all but those without a price. */
export function ticksOf(csv: string): Tick[] {
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
export function csvOf(ticks: readonly Tick[]): string {
  const rows = ticks.map(({ symbol, price }) => `2024-01-02,${symbol},${price}`);
  return `${['timestamp,symbol,price', ...rows].join('\n')}\n`;
}

/**
 * The orders of the crossover when the sentiment of tick i is `sentiments[i]`. Prices are whole numbers, so that sums
 * are exact and equal averages are equal.
 */
export function ordersOf(
  ticks: readonly Tick[],
  sentiments: readonly number[],
  {
    short,
    long,
    bullish,
    bearish,
    quantity,
  }: Record<'short' | 'long' | 'bullish' | 'bearish' | 'quantity', number>,
): TradedOrder[] {
  const history = new Map<string, number[]>();
  const held = new Map<string, number>();
  const orders: TradedOrder[] = [];
  ticks.forEach(({ symbol, price }, index) => {
    const prices = [...(history.get(symbol) ?? []), price].slice(-long);
    history.set(symbol, prices);
    if (prices.length < long) return;
    const lead = sum(prices.slice(-short)) * long - sum(prices) * short;
    const buys = lead > 0 && sentiments[index] > bullish;
    const sells = lead < 0 && sentiments[index] < bearish;
    if (!buys && !sells) return;
    const target = buys ? quantity : -quantity;
    const trade = target - (held.get(symbol) ?? 0);
    if (trade === 0) return;
    held.set(symbol, target);
    orders.push({ symbol, side: trade > 0 ? 'BUY' : 'SELL', quantity: Math.abs(trade), price });
  });
  return orders;
}

/** What was traded, of the recorded orders. */
export function tradesOf(orders: readonly RecordedOrder[]): TradedOrder[] {
  return orders
    .filter(({ status }) => status === 'FILLED')
    .map(({ symbol, side, quantity, price }) => ({ symbol, side, quantity, price }));
}

/** Signed shares by symbol, from the fills alone. */
export function positionsOf(trades: readonly TradedOrder[]): Map<string, number> {
  const positions = new Map<string, number>();
  for (const { symbol, side, quantity } of trades)
    positions.set(symbol, (positions.get(symbol) ?? 0) + (side === 'BUY' ? quantity : -quantity));
  return positions;
}

/** USD: what the sales brought, less what the purchases cost, and what is held at the last prices. */
export function profitOf(trades: readonly TradedOrder[], lastPrices: ReadonlyMap<string, number>): number {
  const cash = trades.map(({ side, quantity, price }) => (side === 'SELL' ? 1 : -1) * quantity * price);
  const held = [...positionsOf(trades)].map(
    ([symbol, quantity]) => quantity * (lastPrices.get(symbol) ?? Number.NaN),
  );
  return sum(cash) + sum(held);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
