// One backtest: reads the data, loads the strategy, and trades the one through the other.

import { type ParameterValues, parameterValues } from '../domain/strategies/parameters.ts';
import { fillRules } from '../settings/fill-rules.ts';
import { riskLimits } from '../settings/limits.ts';
import type { BacktestSettings } from '../settings/settings.ts';
import { HangWatch } from '../strategy/hang-watch.ts';
import { givenParameters } from '../strategy/open-strategy.ts';
import { StrategyFaults } from '../strategy/strategy-faults.ts';
import { loadStrategy } from '../strategy/strategy-file.ts';
import { type DayCloses, dayCloses } from './day-closes.ts';
import { sha256 } from './file-hash.ts';
import type { History } from './history.ts';
import { historyOf } from './period.ts';
import { type ReadHistory, readHistory } from './read-history.ts';
import { type SimulationResult, type SimulationSettings, simulate } from './simulation.ts';

export interface BacktestRun {
  readonly settings: BacktestSettings;
  /** Undefined for the crossover. */
  readonly strategyFile: string | undefined;
  readonly strategySha256: string | undefined;
  readonly parameters: ParameterValues;
  readonly read: ReadHistory;
  /** The part of the data that was traded. */
  readonly history: History;
  readonly closes: DayCloses;
  readonly result: SimulationResult;
}

/**
 * @throws StrategyFileError, StrategyParameterError, StrategyFailedError, FeedFileError, FeedSettingError, NoTicksError,
 *   PeriodError
 */
export async function runOnce(settings: BacktestSettings): Promise<BacktestRun> {
  const faults = new StrategyFaults(settings.strategy);
  try {
    return await run(settings, faults);
  } finally {
    faults.end();
  }
}

async function run(settings: BacktestSettings, faults: StrategyFaults): Promise<BacktestRun> {
  const { strategy: strategyFile } = settings;
  const watch = strategyFile === undefined ? undefined : new HangWatch(strategyFile);
  const loaded = await loadStrategy(strategyFile);
  const given = givenParameters(settings);
  const createStrategy = loaded.withParameters(given);
  const parameters = parameterValues(loaded.parameters, given);
  const read = await readHistory(settings);
  const history = historyOf(read.history, settings);
  const closes = dayCloses(history);
  const { symbols } = history;
  watch?.nameSymbols({ count: symbols.length, nameOf: (index) => symbols[index] });
  const simulation = { ...simulationSettings(settings), progress: watch?.progress };
  const result = faults.guard(() => simulate(history, closes, createStrategy, simulation), undefined);
  if (result === undefined) throw faults.error;
  const strategySha256 = strategyFile === undefined ? undefined : await sha256(strategyFile);
  return { settings, strategyFile, strategySha256, parameters, read, history, closes, result };
}

/** No rate of orders: that limit is about the time of the machine. No collar: an order has the price of its tick. */
export function simulationSettings(settings: BacktestSettings): SimulationSettings {
  const { strategyName, capital, latency } = settings;
  const none = Number.POSITIVE_INFINITY;
  const limits = riskLimits({ ...settings, maxOrderRate: none, priceCollar: none });
  return { strategyName, limits, fillRules: fillRules(settings), latencyMs: latency, capital };
}
