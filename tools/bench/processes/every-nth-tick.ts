// A strategy that orders as the peers of latency-peers.ts do: two averages per symbol, and an order at every n-th tick.

import type { StrategyContext, TradingStrategy } from '../../../src/strategy-types.ts';

export const parameters = {
  ticks: { kind: 'integer', default: 400, min: 1, max: 1_000_000, about: 'ticks per order' },
} as const;

const [SHORT, LONG] = [2 / (5 + 1), 2 / (20 + 1)];
const QUANTITY = 10;

export default function create(
  { ticks }: { readonly ticks: number },
  context: StrategyContext,
): TradingStrategy {
  const averages: { short: number; long: number }[] = [];
  let seen = 0;
  return {
    onTick(symbol, price) {
      averages[symbol] ??= { short: price, long: price };
      const average = averages[symbol];
      average.short += SHORT * (price - average.short);
      average.long += LONG * (price - average.long);
      if (++seen % ticks !== 0) return 'keep';
      return context.position(symbol) > 0 ? 0 : QUANTITY;
    },
  };
}
