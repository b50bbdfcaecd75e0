// Mean reversion: sells a symbol above its average price, buys it below, and ignores the news. To write your
// own strategy, copy this file and change onTick.
//
//   ./tickline run --strategy examples/strategies/mean-reversion.ts --strategy-name mean-reversion

import { Signal } from '../../src/domain/strategies/signals.ts';
import type { StrategySettings, TradingStrategy } from '../../src/domain/strategies/strategy.ts';

/** Distance of the price from its average that gives a signal, as a fraction of the average. */
const BAND = 0.02;

/** Uses an exponential average: each tick moves it by 2 / (--long + 1) of the way to the price. */
export default function createMeanReversion({ long }: StrategySettings): TradingStrategy {
  const weight = 2 / (long + 1);
  /** The average of each symbol in USD, by index; undefined before its first tick. */
  const averages: number[] = [];
  return {
    onTick(symbol: number, price: number): Signal {
      const average = averages[symbol] ?? price;
      averages[symbol] = average + weight * (price - average);
      if (price > average * (1 + BAND)) return Signal.SELL;
      return price < average * (1 - BAND) ? Signal.BUY : Signal.NEUTRAL;
    },
  };
}
