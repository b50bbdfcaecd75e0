// What every kind of backtest needs: the strategy loaded, and the data read.

import { setImmediate as nextIteration } from 'node:timers/promises';
import type { Indicators } from '../domain/strategies/indicators.ts';
import type { ParameterValues } from '../domain/strategies/parameters.ts';
import { fillRules } from '../settings/fill-rules.ts';
import { riskLimits } from '../settings/limits.ts';
import type { BacktestSettings } from '../settings/settings.ts';
import { HangWatch } from '../strategy/hang-watch.ts';
import { givenParameters } from '../strategy/open-strategy.ts';
import { StrategyFaults } from '../strategy/strategy-faults.ts';
import { type LoadedStrategy, loadStrategy } from '../strategy/strategy-file.ts';
import { type DayCloses, dayCloses } from './day-closes.ts';
import { sha256 } from './file-hash.ts';
import type { History } from './history.ts';
import { historyOf } from './period.ts';
import { type ReadHistory, readHistory } from './read-history.ts';
import { type SimulationResult, type SimulationSettings, simulate } from './simulation.ts';

export interface Prepared {
  readonly settings: BacktestSettings;
  readonly loaded: LoadedStrategy;
  readonly strategySha256: string | undefined;
  /** The parameters that were given, without defaults. */
  readonly given: ParameterValues;
  readonly read: ReadHistory;
  /** The part of the data to trade. */
  readonly history: History;
  readonly closes: DayCloses;
  readonly simulation: SimulationSettings;
  /**
   * Trades this part of the data with these parameters.
   * @param indicators those whose values are kept for each day; default: none
   * @throws StrategyParameterError, StrategyFailedError
   */
  simulate(
    parameters: ParameterValues,
    history: History,
    closes: DayCloses,
    indicators?: Indicators,
  ): SimulationResult;
}

/**
 * Prepares a backtest and makes it.
 * @throws StrategyFileError, StrategyParameterError, StrategyFailedError, FeedFileError, FeedSettingError, NoTicksError,
 *   PeriodError, and what `use` throws
 */
export async function withPrepared<T>(
  settings: BacktestSettings,
  use: (prepared: Prepared) => T | Promise<T>,
): Promise<T> {
  const { strategy: file } = settings;
  const faults = new StrategyFaults(file, 'backtest');
  const watch = file === undefined ? undefined : new HangWatch(file);
  try {
    const result = await use(await prepare(settings, faults, watch));
    // A promise that nobody handles is reported after the event-loop iteration that rejected it.
    await nextIteration();
    if (faults.error !== undefined) throw faults.error;
    return result;
  } finally {
    await watch?.end();
    faults.end();
  }
}

async function prepare(
  settings: BacktestSettings,
  faults: StrategyFaults,
  watch: HangWatch | undefined,
): Promise<Prepared> {
  const { strategy: file } = settings;
  const loaded = await loadStrategy(file);
  const given = givenParameters(settings);
  if (settings.sweep === undefined) loaded.withParameters(given); // before the data is read
  const read = await readHistory(settings);
  const history = historyOf(read.history, settings);
  const { symbols } = history;
  watch?.nameSymbols({ count: symbols.length, nameOf: (index) => symbols[index] });
  const simulation = simulationSettings(settings);
  const watched = { ...simulation, progress: watch?.progress };
  return {
    settings,
    loaded,
    strategySha256: file === undefined ? undefined : await sha256(file),
    given,
    read,
    history,
    closes: dayCloses(history),
    simulation,
    simulate(parameters, part, closes, indicators) {
      const create = loaded.withParameters(parameters);
      const result = faults.guard(
        () => simulate(part, closes, create, { ...watched, indicators }),
        undefined,
      );
      if (result === undefined) throw faults.error;
      return result;
    },
  };
}

/** No rate of orders: that limit is about the time of the machine. No collar: an order has the price of its tick. */
export function simulationSettings(settings: BacktestSettings): SimulationSettings {
  const { strategyName, capital, latency } = settings;
  const none = Number.POSITIVE_INFINITY;
  const limits = riskLimits({ ...settings, maxOrderRate: none, priceCollar: none });
  return { strategyName, limits, fillRules: fillRules(settings), latencyMs: latency, capital };
}
