// The differences between two files of results: medians side by side, and whether the samples overlap.

import type { Measure } from './benchmark.ts';
import { withSpread } from './report/format.ts';
import { type Results, sameMachine } from './results.ts';

/** n samples against n lie apart by chance in 2 of (2n choose n) cases. */
const BY_CHANCE = ' (by chance: 3 against 3 in one measure of 10, 6 against 6 in one of 462)';

/** One measure that both files have. */
interface Difference {
  readonly name: string;
  readonly before: Measure;
  readonly after: Measure;
  /** Change of the median, in percent. */
  readonly percent: number;
}

/** Lines for a terminal: every measure that both files have, first those whose samples lie apart. */
export function comparison(before: Results, after: Results): string[] {
  const differences = shared(before, after);
  const lines = differences.filter(isApart).sort((a, b) => Math.abs(b.percent) - Math.abs(a.percent));
  const within = differences.filter((difference) => !isApart(difference));
  const warning = sameMachine(before.machine, after.machine)
    ? []
    : ['Measured on different machines or with different versions of Node: compare with care.', ''];
  return [
    ...warning,
    lines.length > 0 ? `The samples lie apart${BY_CHANCE}:` : 'No samples lie apart.',
    ...lines.map(line),
    '',
    `The samples overlap (${within.length} measures):`,
    ...within.map(line),
  ];
}

function shared(before: Results, after: Results): Difference[] {
  const found: Difference[] = [];
  for (const [name, { cases }] of Object.entries(after.benchmarks)) {
    for (const row of cases) {
      const old = before.benchmarks[name]?.cases.find((other) => other.name === row.name);
      for (const [column, measure] of Object.entries(row.measures)) {
        const earlier = old?.measures[column];
        if (earlier) found.push(difference(`${name}: ${row.name}: ${column}`, earlier, measure));
      }
    }
  }
  return found;
}

function difference(name: string, before: Measure, after: Measure): Difference {
  const percent = before.median === 0 ? 0 : (after.median / before.median - 1) * 100;
  return { name, before, after, percent };
}

/** Whether all samples of one file are above all of the other. Two samples or fewer show nothing. */
function isApart({ before, after }: Difference): boolean {
  const enough = before.samples.length > 2 && after.samples.length > 2;
  return enough && (before.max < after.min || after.max < before.min);
}

function line({ name, before, after, percent }: Difference): string {
  const good = (after.better === 'higher') === percent > 0;
  const verdict = after.better === 'none' || percent === 0 ? '' : good ? ' better' : ' worse';
  const change = `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %${verdict}`;
  return `  ${name}\n      ${withSpread(before)}  ->  ${withSpread(after)}   ${change}`;
}
