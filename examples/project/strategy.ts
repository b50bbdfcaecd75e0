// Buys a symbol well below its average price, and sells it at the average.

import type { Indicators, Parameters, StrategyContext, TradingStrategy, ValuesOf } from 'tickline/strategy';

export const parameters = {
  window: { kind: 'integer', default: 20, min: 1, max: 1_000, about: 'ticks in the average' },
  band: { kind: 'decimal', default: 0.02, min: 0, max: 1, about: 'distance from the average that buys' },
  quantity: { kind: 'decimal', default: 10, min: 0.00000001, max: 1_000_000, about: 'shares to hold' },
} as const satisfies Parameters;

/** What the dashboard shows. */
export const indicators = [{ name: 'average', scale: 'price' }] as const satisfies Indicators;

export default function create(
  { window, band, quantity }: ValuesOf<typeof parameters>,
  context: Pick<StrategyContext, 'position'>,
): TradingStrategy {
  const averages: number[] = []; // by symbol
  return {
    /** Returns the shares to hold: 0 is flat, below zero is short, 'keep' changes nothing. */
    onTick(symbol, price) {
      const average = averages[symbol] ?? price;
      averages[symbol] = average + (2 / (window + 1)) * (price - average);
      if (price < average * (1 - band)) return quantity;
      return context.position(symbol) > 0 && price >= average ? 0 : 'keep';
    },

    /** The dashboard asks for the values of the indicators, and for a signal: 1 buys, -1 sells, 0 is neutral. */
    publish(symbol, values) {
      values[0] = averages[symbol];
      return context.position(symbol) > 0 ? 1 : 0;
    },
  };
}
