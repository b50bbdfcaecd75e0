// The first strategy: trade when the crossing of two moving averages and the news say the same.

import { MovingAverages } from './moving-averages.ts';
import { agree, newsSignal, type Signal } from './signals.ts';
import type { StrategySettings, TradingStrategy } from './strategy.ts';

/** Throws `WindowError` when the windows make no sense. */
export function createCrossover(settings: StrategySettings): TradingStrategy {
  const { short, long, bullish, bearish } = settings;
  const averages = new MovingAverages(short, long);
  return {
    onTick(symbol: number, price: number, sentiment: number): Signal {
      return agree(averages.push(symbol, price), newsSignal(sentiment, bullish, bearish));
    },
  };
}
