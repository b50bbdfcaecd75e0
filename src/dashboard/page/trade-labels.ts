// Which trades of a chart have room for a text beside their arrow: on a busy chart the texts would lie on one another.

import type { OrderLine, Point } from '../messages.ts';

/**
 * The trades that get a text: of those on one side each is at least `bars` ticks behind the one before. Both lists are in
 * the order of time.
 */
export function labelsWithRoom(
  trades: readonly OrderLine[],
  points: readonly Point[],
  bars: number,
): ReadonlySet<OrderLine> {
  const labelled = new Set<OrderLine>();
  const last = { BUY: Number.NEGATIVE_INFINITY, SELL: Number.NEGATIVE_INFINITY };
  let bar = 0;
  for (const trade of trades) {
    while (bar < points.length && points[bar][0] < trade.at) bar++;
    const side = trade.side ?? 'BUY';
    if (bar - last[side] < bars) continue;
    last[side] = bar;
    labelled.add(trade);
  }
  return labelled;
}
