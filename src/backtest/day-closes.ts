// The days of a history, by UTC, and the last price of each symbol on each of them.

import type { History } from './history.ts';

export const MS_PER_DAY = 86_400_000;

/** Of each day that has a tick: where its ticks and its closes end. */
export interface DayCloses {
  /** Days since 1970-01-01 UTC. */
  readonly days: Int32Array;
  /** The row after the last tick of each day. */
  readonly rowEnds: Int32Array;
  /** The place after the last close of each day in the two columns below. */
  readonly closeEnds: Int32Array;
  readonly symbolIndices: Int32Array;
  /** USD. */
  readonly prices: Float64Array;
  /** Symbols that have had a tick by the end of each day. */
  readonly symbolCounts: Int32Array;
}

export function dayCloses({ symbols, timesMs, symbolIndices, prices }: History): DayCloses {
  const [days, rowEnds, closeEnds, symbolCounts]: number[][] = [[], [], [], []];
  const closeSymbols = new Int32Array(prices.length);
  const closePrices = new Float64Array(prices.length);
  /** By symbol: the place of its close, if that is one of the present day. */
  const places = new Int32Array(symbols.length).fill(-1);
  let dayStart = 0;
  let end = 0;
  let symbolCount = 0;
  for (let row = 0; row < prices.length; row++) {
    const day = Math.floor(timesMs[row] / MS_PER_DAY);
    if (days.at(-1) !== day) {
      days.push(day);
      dayStart = end;
    }
    const symbol = symbolIndices[row];
    if (places[symbol] < dayStart) places[symbol] = end++;
    closeSymbols[places[symbol]] = symbol;
    closePrices[places[symbol]] = prices[row];
    symbolCount = Math.max(symbolCount, symbol + 1);
    symbolCounts[days.length - 1] = symbolCount;
    rowEnds[days.length - 1] = row + 1;
    closeEnds[days.length - 1] = end;
  }
  return {
    days: Int32Array.from(days),
    rowEnds: Int32Array.from(rowEnds),
    closeEnds: Int32Array.from(closeEnds),
    symbolIndices: closeSymbols.subarray(0, end),
    prices: closePrices.subarray(0, end),
    symbolCounts: Int32Array.from(symbolCounts),
  };
}

/** `1995-01-31` of days since 1970. */
export function dayText(day: number): string {
  return timeText(day * MS_PER_DAY).slice(0, 10);
}

/** `1995-01-31T00:00:00.000Z`; beyond the years that a date can have, the ms since 1970. */
export function timeText(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? String(timeMs) : date.toISOString();
}
