// Histories and simulations for tests.

import { dayCloses } from '../../src/backtest/day-closes.ts';
import type { History } from '../../src/backtest/history.ts';
import { type SimulationResult, type SimulationSettings, simulate } from '../../src/backtest/simulation.ts';
import { TickCollector } from '../../src/backtest/tick-collector.ts';
import { FREE_FILLS } from '../../src/domain/fills.ts';
import { DEFAULT_RISK_LIMITS } from '../../src/domain/risk/risk-limits.ts';
import type { CreateStrategy, TradingStrategy } from '../../src/domain/strategies/strategy.ts';

export const DAY_MS = 86_400_000;

const SETTINGS: SimulationSettings = {
  strategyName: 'test',
  limits: { ...DEFAULT_RISK_LIMITS, ordersPerSecondMax: Number.POSITIVE_INFINITY },
  fillRules: FREE_FILLS,
  latencyMs: 0,
  capital: 1_000,
};

/** A tick: symbol, price in USD, time in ms. */
export type Row = readonly [string, number, number];

export function historyFrom(
  rows: readonly Row[],
  news: readonly (readonly [number, number])[] = [],
): History {
  const ticks = new TickCollector();
  for (const [symbol, price, timeMs] of rows) ticks.add(symbol, price, timeMs);
  return {
    ...ticks.history(),
    newsSequences: Float64Array.from(news, ([sequence]) => sequence),
    sentiments: Float64Array.from(news, ([, sentiment]) => sentiment),
  };
}

/** One price per day of the symbol A. */
export function daily(...prices: readonly number[]): History {
  return historyFrom(prices.map((price, day) => ['A', price, day * DAY_MS]));
}

export function simulated(
  history: History,
  strategy: TradingStrategy | CreateStrategy,
  settings: Partial<SimulationSettings> = {},
): SimulationResult {
  const create = typeof strategy === 'function' ? strategy : () => strategy;
  return simulate(history, dayCloses(history), create, { ...SETTINGS, ...settings });
}
