// One try of a sweep: a backtest of which only a few figures are kept.

import type { CreateStrategy } from '../../domain/strategies/strategy.ts';
import type { DayCloses } from '../day-closes.ts';
import type { History } from '../history.ts';
import { curveMeasures, dailyReturns } from '../measures.ts';
import { type SimulationSettings, simulate } from '../simulation.ts';
import { mean, skewnessAndKurtosis, standardDeviation } from '../statistics.ts';

export interface TryFigures {
  readonly orders: number;
  readonly finalEquity: number;
  readonly maxDrawdown: number;
  /** Per year. */
  readonly sharpe: number;
  /** Per return. */
  readonly sharpePerReturn: number;
  readonly returns: number;
  readonly skewness: number;
  readonly kurtosis: number;
}

/** @throws StrategyHookError */
export function tryPoint(
  history: History,
  closes: DayCloses,
  createStrategy: CreateStrategy,
  settings: SimulationSettings,
): TryFigures {
  const { account, fills, daysTraded } = simulate(history, closes, createStrategy, settings);
  const equity = account.equity.subarray(0, daysTraded);
  const curve = { capital: settings.capital, days: closes.days.subarray(0, daysTraded), equity };
  const { finalEquity, maxDrawdown, sharpe } = curveMeasures(curve);
  const returns = dailyReturns(curve);
  return {
    orders: fills.length,
    finalEquity,
    maxDrawdown,
    sharpe,
    sharpePerReturn: mean(returns) / standardDeviation(returns),
    returns: returns.length,
    ...skewnessAndKurtosis(returns),
  };
}
