// Mean reversion: sells a symbol well above its average price, buys it well below, closes the position when the
// price is back at the average, and ignores the news. To write your own strategy, copy this file and change onTick.
//
//   ./tickline run --strategy examples/strategies/mean-reversion.ts --strategy-name mean-reversion

import {
  type Indicators,
  type Parameters,
  Signal,
  type StrategyContext,
  type Target,
  type TradingStrategy,
  type ValuesOf,
} from '../../src/strategy-types.ts';

export const parameters = {
  window: { kind: 'integer', default: 20, min: 1, max: 100_000, about: 'ticks in the average' },
  band: {
    kind: 'decimal',
    default: 0.02,
    min: 0,
    max: 1,
    about: 'distance from the average that opens a position',
  },
  quantity: {
    kind: 'decimal',
    default: 10,
    min: 0.00000001,
    max: 1_000_000,
    about: 'shares to hold, long or short',
  },
} as const satisfies Parameters;

export const indicators = [
  { name: 'average', scale: 'price' },
  { name: 'sells above', scale: 'price' },
  { name: 'buys below', scale: 'price' },
] as const satisfies Indicators;

/** Uses an exponential average: each tick moves it by 2 / (window + 1) of the way to the price. */
export default function createMeanReversion(
  { window, band, quantity }: ValuesOf<typeof parameters>,
  context: StrategyContext,
): TradingStrategy {
  const weight = 2 / (window + 1);
  /** The average of each symbol in USD, by index; undefined before its first tick. */
  const averages: number[] = [];
  /** By symbol index. */
  const signals: Signal[] = [];
  return {
    onTick(symbol: number, price: number): Target {
      const average = averages[symbol] ?? price;
      averages[symbol] = average + weight * (price - average);
      signals[symbol] = Signal.NEUTRAL;
      if (price > average * (1 + band)) {
        signals[symbol] = Signal.SELL;
        context.note = 'price above its average';
        return -quantity;
      }
      if (price < average * (1 - band)) {
        signals[symbol] = Signal.BUY;
        context.note = 'price below its average';
        return quantity;
      }
      const position = context.position(symbol);
      const isBack = position > 0 ? price >= average : price <= average;
      context.note = 'price back at its average';
      return isBack ? 0 : 'keep';
    },

    publish(symbol: number, values: Float64Array): Signal {
      const average = averages[symbol];
      values.set([average, average * (1 + band), average * (1 - band)]);
      return signals[symbol];
    },
  };
}
