// An arrow at each trade within the chart, and the trades at one time in words.

import type { SeriesMarker, Time, UTCTimestamp } from 'lightweight-charts';
import type { OrderLine } from '../messages.ts';
import { price as priceText, sharesText } from './format.ts';
import type { Colours } from './theme.ts';

const MS_PER_S = 1_000;
const MARKERS_MAX = 2_000;
/** Relative size. Arrows have no text, because texts overlap on a busy chart. */
const ARROW_SIZE = 1.5;
const DESCRIBED_MAX = 3;

/**
 * @param trades oldest first
 * @param from, candleS time of the first bar and length of one, in seconds; 0 for ticks
 */
export function markersOf(
  trades: readonly OrderLine[],
  { from, candleS, colours }: { readonly from: number; readonly candleS: number; readonly colours: Colours },
): SeriesMarker<Time>[] {
  const within = trades.filter(({ at }) => barOf(at, candleS) >= from).slice(-MARKERS_MAX);
  return within.map(({ at, side }) => {
    const time = barOf(at, candleS) as UTCTimestamp;
    return side === 'BUY'
      ? { time, position: 'belowBar', shape: 'arrowUp', color: colours.up, size: ARROW_SIZE }
      : { time, position: 'aboveBar', shape: 'arrowDown', color: colours.down, size: ARROW_SIZE };
  });
}

/** `▲ 10 @ 173.20 crossover`, and how many more there are. */
export function tradesText(trades: readonly OrderLine[]): string {
  const texts = trades
    .slice(0, DESCRIBED_MAX)
    .map(
      ({ side, quantity, price, strategy }) =>
        `${side === 'BUY' ? '▲' : '▼'} ${sharesText(quantity ?? 0)} @ ${priceText(price ?? 0)} ${strategy}`,
    );
  const more = trades.length - texts.length;
  return more > 0 ? `${texts.join(', ')} and ${more} more` : texts.join(', ');
}

/** The time of the bar in which something happened at this Unix time in ms, in seconds. */
export function barOf(at: number, candleS: number): number {
  const seconds = at / MS_PER_S;
  return candleS === 0 ? seconds : Math.floor(seconds / candleS) * candleS;
}
