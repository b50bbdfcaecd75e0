// The values of a strategy's indicators at the close of each day, as `publish` gives them.

import { INDICATORS_MAX, type Indicator, type Indicators } from '../domain/strategies/indicators.ts';
import type { Trader } from '../domain/trader.ts';
import { type DayCloses, MS_PER_DAY } from './day-closes.ts';

/** One indicator of one symbol: a value for each day that has one. */
export interface IndicatorLine extends Indicator {
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

export class IndicatorHistory {
  readonly #indicators: Indicators;
  readonly #closes: DayCloses;
  /** Of each close, in the order of DayCloses; NaN: none. */
  readonly #values: Float64Array;
  readonly #published = new Float64Array(INDICATORS_MAX);

  constructor(indicators: Indicators, closes: DayCloses) {
    this.#indicators = indicators;
    this.#closes = closes;
    this.#values = new Float64Array(closes.prices.length * indicators.length).fill(Number.NaN);
  }

  /** Keeps the values of the symbols that have a tick on this day. @throws StrategyHookError */
  closeDay(day: number, trader: Pick<Trader, 'publish'>): void {
    const { length } = this.#indicators;
    if (length === 0) return;
    const { closeEnds, symbolIndices } = this.#closes;
    for (let place = day === 0 ? 0 : closeEnds[day - 1]; place < closeEnds[day]; place++) {
      trader.publish(symbolIndices[place], this.#published, length);
      for (let each = 0; each < length; each++) this.#values[place * length + each] = this.#published[each];
    }
  }

  /** A line for each indicator that had a finite value for the symbol. */
  linesOf(symbol: number): IndicatorLine[] {
    const { days, closeEnds, symbolIndices } = this.#closes;
    const lines = this.#indicators.map((of) => ({ ...of, timesMs: [] as number[], values: [] as number[] }));
    let place = 0;
    for (let day = 0; day < days.length; day++)
      for (; place < closeEnds[day]; place++) {
        if (symbolIndices[place] !== symbol) continue;
        for (const [each, line] of lines.entries()) {
          const value = this.#values[place * lines.length + each];
          if (!Number.isFinite(value)) continue;
          line.timesMs.push(days[day] * MS_PER_DAY);
          line.values.push(value);
        }
      }
    return lines.filter(({ values }) => values.length > 0);
  }
}
