// Looks for look-ahead: cuts the data at random ticks, and compares the orders before the cut.

import { SeededRandom } from '../gateway/feeds/random.ts';
import { dayCloses, timeText } from './day-closes.ts';
import { LookaheadError } from './errors.ts';
import type { Fill } from './fill.ts';
import { historyBetween } from './history.ts';
import type { Prepared } from './prepare.ts';
import type { BacktestRun } from './run-once.ts';

const CUTS = 20;
/** Other than those of prices and news. */
const STREAM = 3;

/** Returns the number of cuts that changed nothing. @throws LookaheadError, StrategyFailedError */
export function checkLookahead(prepared: Prepared, { parameters, traded }: BacktestRun): number {
  const { history, settings } = prepared;
  const random = new SeededRandom(settings.seed, STREAM);
  for (let cut = 0; cut < CUTS; cut++) {
    const end = 1 + random.below(history.prices.length);
    const part = historyBetween(history, 0, end);
    const { fills } = prepared.simulate(parameters, part, dayCloses(part));
    const changed = firstChange(traded.fills, fills, part.timesMs[end - 1]);
    if (changed === undefined) continue;
    const [whole, found] = [traded.fills[changed], fills[changed]].map(fillText);
    throw new LookaheadError(
      `with the data cut after tick ${end} of ${history.prices.length} (${timeText(part.timesMs[end - 1])}), order ${changed + 1} is ${found} instead of ${whole}: the strategy reads later data, draws random numbers, looks at the wall clock, or keeps something from an earlier run`,
    );
  }
  return CUTS;
}

/** The index of the first order that the cut changed; orders at the time of the cut may be on either side of it. */
function firstChange(whole: readonly Fill[], cut: readonly Fill[], cutMs: number): number | undefined {
  const differs = cut.findIndex((fill, index) => fillText(fill) !== fillText(whole[index]));
  if (differs >= 0) return differs;
  const next = whole[cut.length];
  return next !== undefined && next.timeMs < cutMs ? cut.length : undefined;
}

function fillText(fill: Fill | undefined): string {
  if (fill === undefined) return 'missing';
  const { side, quantity, symbol, price, timeMs } = fill;
  return `${side} ${quantity} ${symbol} @ ${price} at ${timeText(timeMs)}`;
}
