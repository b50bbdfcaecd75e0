// The return of each calendar month (UTC), from the last equity before it to the last within it.

import { MS_PER_DAY } from './day-closes.ts';
import type { EquityCurve } from './measures.ts';

export interface YearOfReturns {
  readonly year: number;
  /** January to December, as fractions; undefined where the data has no day. */
  readonly months: readonly (number | undefined)[];
  readonly total: number;
}

export function monthlyReturns({ capital, days, equity }: EquityCurve): YearOfReturns[] {
  const years: { year: number; months: (number | undefined)[]; total: number }[] = [];
  let monthStart = capital;
  let yearStart = capital;
  for (let index = 0; index < equity.length; index++) {
    const { year, month } = monthOf(days[index]);
    const next = index + 1 < equity.length ? monthOf(days[index + 1]) : undefined;
    if (next?.year === year && next.month === month) continue;
    if (years.at(-1)?.year !== year) years.push({ year, months: new Array(12).fill(undefined), total: 0 });
    const of = years[years.length - 1];
    of.months[month] = equity[index] / monthStart - 1;
    of.total = equity[index] / yearStart - 1;
    monthStart = equity[index];
    if (next?.year !== year) yearStart = equity[index];
  }
  return years;
}

function monthOf(day: number): { year: number; month: number } {
  const date = new Date(day * MS_PER_DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() };
}
