// The crossover, whose orders say when they were decided, in ms since 1970 by a clock that no fault moves.

import { createCrossover } from '../../../src/domain/strategies/crossover.ts';
import type { StrategyContext, TradingStrategy } from '../../../src/strategy-types.ts';

const SETTINGS = { short: 2, long: 3, bullish: 60, bearish: 40, quantity: 10 };

export default function createDated(_: unknown, context: StrategyContext): TradingStrategy {
  const crossover = createCrossover(SETTINGS, context);
  return {
    onTick(symbol: number, price: number, sentiment: number) {
      const target = crossover.onTick(symbol, price, sentiment);
      if (target !== 'keep') context.note = String(performance.timeOrigin + performance.now());
      return target;
    },
  };
}
