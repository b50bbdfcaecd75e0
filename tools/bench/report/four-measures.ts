// The four measures that the assignment asks for, taken out of the results.

import { SIZE_FORMULA } from '@tickline/price-book';
import type { Case, Measure } from '../benchmark.ts';
import type { Results } from '../results.ts';
import { markdownTable, quantity, withSpread } from './format.ts';

const LATENCIES = ['mean', 'p50', 'p99'];
const LOSSES = ['ticks sent', 'ticks applied', 'lost and counted', 'lost and not counted', 'down time'];

export function fourMeasures({ benchmarks }: Results): string {
  const throughput = only(benchmarks.throughput.cases, 'ticks applied');
  const pipeline = only(benchmarks.pipeline.cases, 'ticks evaluated');
  const standard = benchmarks.memory.cases.find(({ name }) => name.startsWith('book of 1,024'));
  return [
    '## The four measures of the assignment',
    '### Average latency from a tick to a trade decision',
    markdownTable(
      benchmarks.latency.cases.filter(({ name }) => name.startsWith('tick to decision')),
      LATENCIES,
    ),
    'All percentiles, and the ways to the order and to its report, are [below](#from-a-tick-to-a-decision-to-an-order-to-its-report).',
    '### Throughput',
    `**${withSpread(throughput)}** from the Gateway through TCP into shared memory, every tick in the table and in the ring; **${withSpread(pipeline)}** with the Strategy evaluating every tick besides. Nothing is left out.`,
    ratios(benchmarks.baselines.cases),
    '### Memory of the shared region',
    standard
      ? `**${quantity(standard.measures.allocated.median, 'bytes')}** for the standard book of 1,024 symbols and 65,536 ticks. For N symbols and a ring of 2^k ticks it is, in bytes, \`${SIZE_FORMULA}\`.`
      : '',
    '### Dropped connections and missing data',
    markdownTable(benchmarks.losses.cases, LOSSES),
  ].join('\n\n');
}

/** Ours over theirs. */
function ratios(cases: readonly Case[]): string {
  const [ours, ...others] = cases;
  const own = ours.measures['ticks applied'].median;
  const rows = others.map(({ name, note, measures }) => {
    const theirs = measures['ticks applied'];
    if (!theirs) return `| ${name} | ${note ?? ''} | |`;
    return `| ${name} | ${quantity(theirs.median, theirs.unit)} | ${(own / theirs.median).toFixed(2)} |`;
  });
  return [
    '| the same ticks, in the same run, through | ticks a second | Tickline is so many times as fast |',
    '| --- | ---: | ---: |',
    `| Tickline | ${quantity(own, 'ticks/s')} | 1 |`,
    ...rows,
  ].join('\n');
}

function only(cases: readonly Case[], column: string): Measure {
  return cases[0].measures[column];
}
