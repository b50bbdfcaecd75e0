// A strategy of one's own: what has run ahead of its average is sold, what has fallen behind is bought, and the news
// is left aside. Copy this file, and change onTick.
//
//   ./tickline run --strategy examples/strategies/mean-reversion.ts --strategy-name mean-reversion

import { Signal } from '../../src/domain/strategies/signals.ts';
import type { StrategySettings, TradingStrategy } from '../../src/domain/strategies/strategy.ts';

/** How far from its average a price has to be, as a part of the average. */
const BAND = 0.02;

/** The average moves with every tick by 2 / (--long + 1) of the way: an exponential average. */
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
