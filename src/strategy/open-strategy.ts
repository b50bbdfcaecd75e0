// What a Strategy process needs of its strategy: the file loaded, watched for hangs, and given its parameters.

import { nowNs } from '@tickline/posix';
import type { Indicators } from '../domain/strategies/indicators.ts';
import { HOOKS, newProgress, PROGRESS } from '../domain/strategies/progress.ts';
import type { CreateStrategy, SymbolNames } from '../domain/strategies/strategy.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import { CROSSOVER_OPTIONS } from '../settings/options/strategy.ts';
import type { StrategyProcessSettings } from '../settings/settings.ts';
import { HangWatch } from './hang-watch.ts';
import { loadStrategy } from './strategy-file.ts';

const NS_PER_MS = 1e6;

type StrategySettings = Pick<
  StrategyProcessSettings,
  'strategy' | 'param' | (typeof CROSSOVER_OPTIONS)[number]
>;

export interface OpenedStrategy {
  readonly createStrategy: CreateStrategy;
  readonly indicators: Indicators;
  readonly progress: Int32Array;
  /** Tells the thread that reports hangs the names of new symbols. */
  readonly nameSymbols: (symbols: SymbolNames) => void;
  /** Ends that thread. */
  readonly endWatch: () => Promise<void>;
}

/** @throws StrategyFileError, StrategyParameterError */
export async function openStrategy(settings: StrategySettings): Promise<OpenedStrategy> {
  const { strategy: file } = settings;
  const watch = file === undefined ? undefined : new HangWatch(file);
  const progress = watch?.progress ?? newProgress();
  const endWatch = async () => watch?.end();
  try {
    progress[PROGRESS.hook] = HOOKS.indexOf('load');
    const loaded = await loadStrategy(file);
    progress[PROGRESS.hook] = HOOKS.indexOf('none');
    const createStrategy = loaded.withParameters(givenParameters(settings));
    const { indicators } = loaded;
    const nameSymbols = (symbols: SymbolNames) => watch?.nameSymbols(symbols);
    return { createStrategy, indicators, progress, nameSymbols, endWatch };
  } catch (error) {
    await endWatch();
    throw error;
  }
}

/** The crossover takes its options too; --param goes first. */
export function givenParameters({
  param = {},
  ...settings
}: StrategySettings): Readonly<Record<string, string | number | boolean>> {
  if (settings.strategy !== undefined) return param;
  return { ...Object.fromEntries(CROSSOVER_OPTIONS.map((name) => [name, settings[name]])), ...param };
}

/** Wall-clock time of a time of this machine's monotonic clock, in ms since 1970. */
export function marketTimeMs(timeNs: number): number {
  return Math.round(Date.now() - (nowNs() - timeNs) / NS_PER_MS);
}

export function symbolNames(book: StackBook): SymbolNames {
  return {
    get count() {
      return book.table.symbolCount;
    },
    nameOf: (symbol) => (symbol < book.table.symbolCount ? book.table.symbolAt(symbol) : undefined),
  };
}
