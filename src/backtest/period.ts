// The part of the data that --from and --to leave.

import { parseTimestamp } from '../gateway/feeds/timestamp.ts';
import { MS_PER_DAY, timeText } from './day-closes.ts';
import { NoTicksError, PeriodError } from './errors.ts';
import { firstRowFrom, type History, historyBetween } from './history.ts';

const DATE = /^\d{4}-\d\d-\d\d$/;

/** Both ends included. A date stands for the whole day. */
export interface Period {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** @throws PeriodError, NoTicksError */
export function historyOf(history: History, { from, to }: Period): History {
  const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : instantMs('--from', from);
  const lastMs = to === undefined ? Number.POSITIVE_INFINITY : instantMs('--to', to);
  const endMs = lastMs + (to !== undefined && DATE.test(to) ? MS_PER_DAY : 1);
  if (fromMs >= endMs) throw new PeriodError(`--from ${from} is after --to ${to}; give an earlier --from`);
  const first = firstRowFrom(history, fromMs);
  const end = firstRowFrom(history, endMs);
  if (first < end) return historyBetween(history, first, end);
  const { timesMs } = history;
  throw new NoTicksError(
    `no tick lies from ${from ?? 'the start'} to ${to ?? 'the end'}; the data has ticks from ${timeText(timesMs[0])} to ${timeText(timesMs[timesMs.length - 1])}`,
  );
}

function instantMs(flag: string, text: string): number {
  const timestamp = parseTimestamp(text);
  if (timestamp === undefined)
    throw new PeriodError(`${flag} ${text} is not a date of the calendar; expected one such as 1995-01-31`);
  return timestamp.epochMs;
}
