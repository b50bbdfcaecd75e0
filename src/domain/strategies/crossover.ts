// The built-in strategy: trades when the crossover of two moving averages agrees with the news.

import { QUANTITY_MIN } from '../quantity.ts';
import type { Indicators } from './indicators.ts';
import { MovingAverages, WINDOW_TICKS_MAX } from './moving-averages.ts';
import { ParameterError, type Parameters, type ValuesOf } from './parameters.ts';
import { agree, newsSignal, Signal } from './signals.ts';
import type { StrategyContext, Target, TradingStrategy } from './strategy.ts';

export const CROSSOVER_PARAMETERS = {
  short: {
    kind: 'integer',
    default: 5,
    min: 1,
    max: WINDOW_TICKS_MAX,
    about: 'ticks in the short moving average',
  },
  long: {
    kind: 'integer',
    default: 20,
    min: 1,
    max: WINDOW_TICKS_MAX,
    about: 'ticks in the long moving average',
  },
  bullish: { kind: 'decimal', default: 60, min: 0, max: 100, about: 'news above this allows a buy' },
  bearish: { kind: 'decimal', default: 40, min: 0, max: 100, about: 'news below this allows a sell' },
  quantity: {
    kind: 'decimal',
    default: 10,
    min: QUANTITY_MIN,
    max: 1_000_000,
    about: 'shares to hold, long or short',
  },
} as const satisfies Parameters;

export const CROSSOVER_INDICATORS = [
  { name: 'short average', scale: 'price' },
  { name: 'long average', scale: 'price' },
] as const satisfies Indicators;

const BUY_NOTE = 'short average above the long one, news bullish';
const SELL_NOTE = 'short average below the long one, news bearish';

/** `short` and `long` in ticks, `bullish` and `bearish` as sentiments (0 to 100), `quantity` in shares. */
export type CrossoverSettings = ValuesOf<typeof CROSSOVER_PARAMETERS>;

/**
 * A buy signal aims at +quantity, a sell signal at -quantity. A position at or beyond that stays as it is.
 * @throws WindowError unless `1 <= short < long <= WINDOW_TICKS_MAX`
 * @throws ParameterError unless `bearish <= bullish`
 */
export function createCrossover(settings: CrossoverSettings, context: StrategyContext): TradingStrategy {
  const { short, long, bullish, bearish, quantity } = settings;
  if (bearish > bullish)
    throw new ParameterError(
      `bearish ${bearish} is not valid: expected at most bullish, which is ${bullish}`,
    );
  const averages = new MovingAverages(short, long);
  return {
    onTick(symbol: number, price: number, sentiment: number): Target {
      const signal = agree(averages.push(symbol, price), newsSignal(sentiment, bullish, bearish));
      if (signal === Signal.NEUTRAL) return 'keep';
      context.note = signal === Signal.BUY ? BUY_NOTE : SELL_NOTE;
      const position = context.position(symbol);
      return signal === Signal.BUY ? Math.max(quantity, position) : Math.min(-quantity, position);
    },

    /** The signal of the averages alone: the news is the same for all symbols. */
    publish(symbol: number, values: Float64Array): Signal | undefined {
      values[0] = averages.shortAverage(symbol);
      values[1] = averages.longAverage(symbol);
      return Number.isNaN(values[1]) ? undefined : averages.signal(symbol);
    },
  };
}
