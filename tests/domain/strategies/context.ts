// A context for strategies that are tested without a trader.

import type { StrategyContext } from '../../../src/domain/strategies/strategy.ts';

/** Symbols A, B and C, and these positions by index. */
export function contextWith(positions: readonly number[] = []): StrategyContext {
  const names = ['A', 'B', 'C'];
  return {
    symbols: { count: names.length, nameOf: (symbol) => names[symbol] },
    timeMs: 0,
    note: '',
    position: (symbol) => positions[symbol] ?? 0,
    averagePrice: () => 0,
    realisedPnl: () => 0,
  };
}
