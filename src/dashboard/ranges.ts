// The ranges of a chart. Each but the first shows the candles of one length that are kept.

import { CANDLES } from './candles.ts';
import type { RangeLine } from './messages.ts';

const TICKS = 'ticks';
const IDS = ['5m', '30m', '8h', '3d'] as const;
const TITLES = ['5 min', '30 min', '8 h', '3 d'] as const;

export const RANGE_IDS = [TICKS, ...IDS] as const;
export type Range = (typeof RANGE_IDS)[number];

export const RANGES: readonly RangeLine[] = [
  { id: TICKS, title: 'ticks', seconds: 0 },
  ...CANDLES.map(({ seconds }, length) => ({ id: IDS[length], title: TITLES[length], seconds })),
];

/** The index in CANDLES of the candles of a range; undefined for ticks. */
export function candleLength(range: Range): number | undefined {
  const length = RANGE_IDS.indexOf(range) - 1;
  return length < 0 ? undefined : length;
}
