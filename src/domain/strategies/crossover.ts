// The built-in strategy: trades when the crossover of two moving averages agrees with the news.

import { MovingAverages } from './moving-averages.ts';
import { agree, newsSignal, type Signal } from './signals.ts';
import type { StrategySettings, TradingStrategy } from './strategy.ts';

/** @throws WindowError unless `1 <= short < long <= WINDOW_TICKS_MAX` */
export function createCrossover(settings: StrategySettings): TradingStrategy {
  const { short, long, bullish, bearish } = settings;
  const averages = new MovingAverages(short, long);
  return {
    onTick(symbol: number, price: number, sentiment: number): Signal {
      return agree(averages.push(symbol, price), newsSignal(sentiment, bullish, bearish));
    },
  };
}
