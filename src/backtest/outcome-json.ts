// The result of a backtest as JSON. What the data does not allow is null.

import { dayText, timeText } from './day-closes.ts';
import type { Outcome } from './outcome.ts';
import type { SearchFacts } from './search-text.ts';

/** One object in one line. */
export function outcomeJson(
  outcome: Outcome,
  search?: SearchFacts | undefined,
  lookaheadCuts?: number | undefined,
): string {
  const { curve, buyAndHoldCurve, fills, ...rest } = outcome;
  return JSON.stringify({
    ...rest,
    search,
    lookaheadCuts,
    equity: Array.from(curve.equity, (strategy, day) => ({
      day: dayText(curve.days[day]),
      strategy,
      buyAndHold: buyAndHoldCurve.equity[day],
    })),
    fills: fills.map(({ timeMs, ...fill }) => ({ ...fill, time: timeText(timeMs) })),
  });
}
