// performance_report.md: the four measures of the assignment, the comparison with others, and what is missed.

import { BOOK_BYTES_FORMULA } from '@tickline/price-book';
import type { Case, Measure } from '../benchmark.ts';
import { BY_LANE } from '../latency-peers.ts';
import type { Results } from '../results.ts';
import { casesOf } from './findings.ts';
import { markdownTable, quantity, tableOf, withSpread } from './format.ts';
import { machineLine } from './machine-lines.ts';
import { targetSection } from './target-table.ts';

const LATENCIES = ['mean', 'p50', 'p99'];
const LOSSES = ['ticks sent', 'ticks applied', 'lost and counted', 'lost and not counted', 'down time'];
const DECISION = 'tick to decision, ';
const IN_PLACE = ', as the OrderBook';
/** Columns of the latencies beside others: the way, how processes wait, and the percentile. */
const WAYS = [
  ['decision', 'spin', 'p50'],
  ['decision', 'spin', 'p99'],
  ['decision', 'block', 'p50'],
  ['decision', 'block', 'p99'],
] as const;
/** The ways of one order, for the table of both paths. */
const ORDER_WAYS = ['order received', 'report'] as const;
const PATHS = ['Tickline', BY_LANE, 'C', 'Python'] as const;
const WAITS = ['spin', 'block'] as const;

export function summaryOf(results: Results): string {
  const { benchmarks } = results;
  return [
    '# Performance report',
    `${machineLine(results.machine)} Each figure is the median of its samples, with their range in brackets. [Every benchmark](docs/benchmarks/README.md), with what it measures and how to repeat it.`,
    '## Average latency from a price tick to a trade decision',
    markdownTable(
      benchmarks.latency.cases
        .filter(({ name }) => name.startsWith(DECISION))
        .map((row) => ({ ...row, name: row.name.slice(DECISION.length) })),
      LATENCIES,
    ),
    'Latency counts from the moment when a tick was due, so a late sender counts too. In the last row it counts from when the tick left the Gateway. `spin` polls for ticks, `block` sleeps on a futex.',
    '## Throughput',
    throughput(
      only(benchmarks.throughput.cases, 'ticks applied'),
      only(benchmarks.pipeline.cases, 'ticks evaluated'),
    ),
    '## Memory of the shared region',
    memory(benchmarks.memory.cases),
    '## Behaviour under dropped connections and missing data',
    markdownTable(benchmarks.losses.cases, LOSSES),
    'A cut that the replay window covers loses nothing. A longer cut loses ticks, and each lost tick is counted.',
    '## Compared with others',
    'The same Gateway and the same ticks, with another program as the OrderBook or another transport:',
    ratios(benchmarks.baselines.cases),
    '![Bar chart: ticks per second of Tickline and of the others](docs/charts/baselines.svg)',
    'The same ticks through three processes in C, which parse and record nothing, and three in Python:',
    peers(casesOf(results, 'latency-peers')),
    'One order on both paths, p50 and p99: by TCP JSON on a socket, by a lane (`--order-path shared`) 192 bytes in shared memory, with the same checks and record. Python records one row.',
    orders(casesOf(results, 'latency-peers')),
    targetSection(results),
  ].join('\n\n');
}

function throughput(applied: Measure, evaluated: Measure): string {
  return tableOf(
    ['every tick, none lost', 'ticks per second'],
    [
      ['Gateway → TCP → OrderBook → table and ring in shared memory', withSpread(applied)],
      ['the same, and the Strategy evaluates every tick', withSpread(evaluated)],
    ],
  );
}

function memory(cases: readonly Case[]): string {
  const standard = cases.find(({ name }) => name.startsWith('book of 1,024'));
  const size = standard ? quantity(standard.measures.allocated.median, 'bytes') : '';
  return `**${size}** for the default book of 1,024 symbols and 65,536 ticks. A book of N symbols and 2^k ticks has \`${BOOK_BYTES_FORMULA}\` bytes.`;
}

/** Ours over theirs. */
function ratios(cases: readonly Case[]): string {
  const [ours] = cases;
  const own = ours.measures['ticks applied'].median;
  const rows = cases.map(({ name, note, measures }) => {
    const theirs = measures['ticks applied'];
    const shown = name.replace(IN_PLACE, '');
    if (!theirs) return [`${shown}: ${note ?? ''}`, '', ''];
    return [shown, quantity(theirs.median, theirs.unit), (own / theirs.median).toFixed(2)];
  });
  return tableOf(['', 'ticks per second', 'Tickline is N times as fast'], rows);
}

function peers(cases: readonly Case[]): string {
  const names = ['Tickline', 'C', 'Python'];
  const cell = (who: string, [way, wait, percentile]: (typeof WAYS)[number]) => {
    const found = cases.find(({ name }) => name === `tick to ${way}, ${wait}, ${who}`)?.measures[percentile];
    return found ? quantity(found.median, found.unit) : '';
  };
  return tableOf(
    ['tick to', ...WAYS.map(([way, wait, percentile]) => `${way}, ${wait}, ${percentile}`)],
    names.map((who) => [who, ...WAYS.map((way) => cell(who, way))]),
  );
}

/** The same order by both paths, and through the programs of others. */
function orders(cases: readonly Case[]): string {
  const cell = (way: string, wait: string, who: string) => {
    const measures = cases.find(({ name }) => name === `tick to ${way}, ${wait}, ${who}`)?.measures;
    if (measures === undefined) return '';
    return ['p50', 'p99'].map((percentile) => quantity(measures[percentile].median, 'ns')).join(', ');
  };
  return tableOf(
    ['tick to', 'by TCP', 'by a lane', 'C', 'Python'],
    ORDER_WAYS.flatMap((way) =>
      WAITS.map((wait) => [`${way}, \`${wait}\``, ...PATHS.map((who) => cell(way, wait, who))]),
    ),
  );
}

function only(cases: readonly Case[], column: string): Measure {
  return cases[0].measures[column];
}
