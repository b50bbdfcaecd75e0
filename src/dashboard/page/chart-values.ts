// Ticks and candles as the series of the chart take them.

import type { LineData, UTCTimestamp, WhitespaceData } from 'lightweight-charts';
import type { Candle } from '../messages.ts';

export type Value = LineData | WhitespaceData;

const MS_PER_S = 1_000;

export function barOfCandle([at, open, high, low, close]: Candle) {
  return { time: (at / MS_PER_S) as UTCTimestamp, open, high, low, close };
}

export function sentimentOf([at, , , , , sentiment]: Candle): Value {
  return valueAt((at / MS_PER_S) as UTCTimestamp, sentiment);
}

/** The scale extends a little beyond 0 to 100; those labels stay empty. */
export function sentimentText(value: number): string {
  return value < 0 || value > 100 ? '' : String(Math.round(value));
}

export function valueAt(time: UTCTimestamp, value: number | null): Value {
  return value === null ? { time } : { time, value };
}
