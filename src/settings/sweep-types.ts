// The kinds of value that only a backtest has: the values that a sweep tries, and the periods of a walk-forward.

import * as v from 'valibot';
import { decimalText } from '../domain/decimal-text.ts';
import type { Kind } from './option-types.ts';

/** One parameter of a sweep. */
export interface SweepRange {
  readonly name: string;
  /** Ascending. */
  readonly values: readonly number[];
}

/** Lengths in calendar days. */
export interface WalkForward {
  readonly trainDays: number;
  readonly testDays: number;
}

const RANGE =
  /^\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?\s*$/;
const VALUES_MAX = 10_000;
/** Steps are added in whole units of this, so that 0.1 + 0.2 is 0.3. */
const UNITS = 1e8;
const DAYS = { d: 1, w: 7, m: 30.4375, y: 365.25 };
const PERIODS = /^train=(\d+(?:\.\d+)?)([dwmy]),\s*test=(\d+(?:\.\d+)?)([dwmy])$/;

/** `short=2..20,long=10..200:5`: all whole steps from the first value up to the second. */
export function sweepRanges(): Kind<readonly SweepRange[]> {
  const range = v.object({
    name: v.string(),
    values: v.pipe(v.array(v.number()), v.minLength(1), v.maxLength(VALUES_MAX)),
  });
  const hasEachOnce = (ranges: readonly SweepRange[]) =>
    new Set(ranges.map(({ name }) => name)).size === ranges.length;
  return {
    expected: `NAME=FROM..TO or NAME=FROM..TO:STEP, each name once, with at most ${VALUES_MAX} values, such as short=2..20 long=10..200:5`,
    schema: v.pipe(
      v.unknown(),
      v.transform((value) => (typeof value === 'string' ? value.split(',').map(parseRange) : undefined)),
      v.array(range),
      v.minLength(1),
      v.check((ranges) => hasEachOnce(ranges)),
    ),
    text: (value) => ((value ?? []) as readonly SweepRange[]).map(rangeText).join(','),
  };
}

/** The equity is measured at the end of each day. */
const days = v.pipe(v.number(), v.minValue(1));

/** `train=3y,test=1y`, in days (d), weeks (w), months (m) or years (y). */
export function walkForward(): Kind<WalkForward> {
  return {
    expected: 'train=LENGTH,test=LENGTH with lengths of at least a day such as 90d, 26w, 6m or 3y',
    schema: v.pipe(v.unknown(), v.transform(parsePeriods), v.object({ trainDays: days, testDays: days })),
    text: (value) => {
      if (value === undefined) return '';
      const { trainDays, testDays } = value as WalkForward;
      return `train=${trainDays}d,test=${testDays}d`;
    },
  };
}

function parseRange(text: string): SweepRange | undefined {
  const [, name, first, last, step = '1'] = RANGE.exec(text) ?? [];
  if (name === undefined) return undefined;
  const [from, to, by] = [first, last, step].map((value) => Math.round(Number(value) * UNITS));
  if (by <= 0 || to < from || (to - from) / by >= VALUES_MAX) return undefined;
  const count = Math.floor((to - from) / by) + 1;
  return { name, values: Array.from({ length: count }, (_, index) => (from + index * by) / UNITS) };
}

function rangeText({ name, values }: SweepRange): string {
  const [first, second = first + 1] = values;
  const step = Math.round((second - first) * UNITS) / UNITS;
  const [from, to, by] = [first, values.at(-1) ?? first, step].map(decimalText);
  return `${name}=${from}..${to}${step === 1 ? '' : `:${by}`}`;
}

function parsePeriods(value: unknown): WalkForward | undefined {
  const [, train, trainUnit, test, testUnit] = PERIODS.exec(String(value)) ?? [];
  if (train === undefined) return undefined;
  return { trainDays: Number(train) * daysOf(trainUnit), testDays: Number(test) * daysOf(testUnit) };
}

function daysOf(unit: string): number {
  return DAYS[unit as keyof typeof DAYS]; // the pattern allows no other
}
