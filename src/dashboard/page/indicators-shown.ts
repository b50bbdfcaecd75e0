// The indicators of the strategies that are shown, and their values. It uses no DOM.

import type { IndicatorLine, IndicatorSample } from '../messages.ts';
import type { Model } from './model.ts';

/** One line: an indicator of a strategy that is shown. */
export interface ShownIndicator extends IndicatorLine {
  readonly strategy: string;
  readonly isLive: boolean;
  /** Index of its strategy. */
  readonly publisher: number;
  /** Where its value is in a sample. */
  readonly column: number;
}

/** The indicators of the strategies that are shown. */
export function shownIndicators(model: Model): ShownIndicator[] {
  return model.shownPublishers.flatMap(({ strategy, index, isLive, indicators }) =>
    indicators.map(({ name, scale }, i) => ({
      strategy,
      name,
      scale,
      isLive,
      publisher: index,
      column: i + 1,
    })),
  );
}

/** The value of an indicator at a time in Unix ms; the latest one without a time. Null: none. */
export function indicatorValue(
  model: Model,
  { publisher, column }: ShownIndicator,
  at?: number,
): number | null {
  const samples: readonly IndicatorSample[] = model.chart.indicators[publisher] ?? [];
  const sample = samples.findLast(([time]) => at === undefined || time <= at);
  return sample?.[column] ?? null;
}
