// Which charts the report has, and what of the results each shows.

import type { Case, Measure } from '../benchmark.ts';
import type { Results } from '../results.ts';
import { barChart, type LineChart, lineChart, type Point } from './chart.ts';
import { quantity } from './format.ts';

/** A chart, as a file beside the report. */
export interface ChartFile {
  /** The benchmark that it belongs to. */
  readonly benchmark: string;
  readonly file: string;
  readonly alt: string;
  readonly svg: string;
}

interface ChartSpec {
  readonly benchmark: string;
  readonly file: string;
  readonly alt: string;
  draw(cases: readonly Case[]): string;
}

const PERCENTILES = ['p50', 'p90', 'p99', 'p99.9', 'max'];
const DECISION = 'tick to decision, ';
const DECISION_SPIN = `${DECISION}spin, `;
/** What the record does to orders it does not do to decisions: half of the cases say it all. */
const FSYNC = ', fsync on';
const NS_PER_US = 1e3;
const BYTES_PER_MB = 1e6;

const SPECS: readonly ChartSpec[] = [
  {
    benchmark: 'baselines',
    file: 'baselines.svg',
    alt: 'ticks a second of Tickline and of others, as bars',
    draw: (cases) => barChart('Ticks applied a second', cases.filter(isMeasured).map(bar)),
  },
  {
    benchmark: 'latency',
    file: 'latency.svg',
    alt: 'tick to decision by percentile, a line a setting',
    draw: (cases) => percentileChart('Tick to decision, µs', cases, DECISION, FSYNC),
  },
  {
    benchmark: 'latency-peers',
    file: 'latency-peers.svg',
    alt: 'tick to decision by percentile, of Tickline, C, Python and a look at the clock',
    draw: (cases) => percentileChart('Tick to decision, spin, µs', cases, DECISION_SPIN, ''),
  },
  {
    benchmark: 'scaling-symbols',
    file: 'scaling-symbols.svg',
    alt: 'ticks a second against the number of symbols',
    draw: (cases) =>
      lineChart({
        title: 'Ticks a second against symbols',
        x: { label: 'symbols', log: true },
        y: {},
        points: pointsOf(cases, 'ticks applied', 'OrderBook'),
      }),
  },
  {
    benchmark: 'scaling-symbols',
    file: 'scaling-symbols-latency.svg',
    alt: 'from the Gateway to the decision against the number of symbols',
    draw: (cases) =>
      latencyChart(
        'From the Gateway to the decision against symbols, at 100,000 ticks/s, µs',
        { label: 'symbols', log: true },
        cases,
        ' at 100,000 ticks/s',
      ),
  },
  {
    benchmark: 'scaling-readers',
    file: 'scaling-readers.svg',
    alt: 'CPU time of the writer a tick against the number of readers',
    draw: (cases) =>
      lineChart({
        title: "The writer's CPU time a tick against readers, ns",
        x: { label: 'readers' },
        y: {},
        points: ['waiting', 'reading'].flatMap((mode) =>
          pointsOf(
            cases.filter(({ name }) => name.endsWith(mode)),
            'writer CPU a tick',
            mode,
          ),
        ),
      }),
  },
  {
    benchmark: 'scaling-readers',
    file: 'scaling-readers-throughput.svg',
    alt: 'ticks a second of a writer at full speed against the number of readers',
    draw: (cases) =>
      lineChart({
        title: 'Ticks a second of a writer at full speed against readers that read',
        x: { label: 'readers' },
        y: {},
        points: pointsOf(cases, 'ticks written at full speed', 'writer'),
      }),
  },
  {
    benchmark: 'scaling-readers',
    file: 'scaling-readers-latency.svg',
    alt: 'from the writing of a run to a reader that has it against the number of readers',
    draw: (cases) =>
      latencyChart(
        'From the writer to a reader against readers, a run of 500 ticks each ms, µs',
        { label: 'readers' },
        cases,
        ' to a reader',
      ),
  },
  {
    benchmark: 'scaling-batch',
    file: 'scaling-batch.svg',
    alt: 'ticks a second against the ticks of a batch',
    draw: (cases) =>
      lineChart({
        title: 'Ticks a second against the ticks of a batch',
        x: { label: 'ticks a batch', log: true },
        y: { log: true },
        points: pointsOf(cases, 'ticks applied', 'OrderBook'),
      }),
  },
  {
    benchmark: 'scaling-batch',
    file: 'scaling-batch-latency.svg',
    alt: 'from the Gateway to the decision against the ticks of a batch',
    draw: (cases) =>
      latencyChart(
        'From the Gateway to the decision against the ticks of a batch, at 5,000 batches/s, µs',
        { label: 'ticks a batch', log: true },
        cases,
        ' at 5,000 batches/s',
      ),
  },
  {
    benchmark: 'scaling-rate',
    file: 'scaling-rate.svg',
    alt: 'ticks evaluated a second against ticks offered a second',
    draw: (cases) =>
      lineChart({
        title: 'Ticks evaluated against ticks offered (dashed: all of them)',
        x: { label: 'ticks offered a second', log: true },
        y: { log: true },
        points: ['applied', 'evaluated'].flatMap((series) => pointsOf(cases, series, series)),
        diagonal: true,
      }),
  },
  {
    benchmark: 'scaling-rate',
    file: 'scaling-rate-latency.svg',
    alt: 'from the Gateway to the decision against ticks offered a second',
    draw: (cases) =>
      latencyChart(
        'From the Gateway to the decision against ticks offered, µs',
        { label: 'ticks offered a second', log: true },
        cases,
        '',
      ),
  },
  ...['memory', 'soak'].map((benchmark) => ({
    benchmark,
    file: `${benchmark}.svg`,
    alt: 'memory of each process over the time',
    draw: (cases: readonly Case[]) =>
      lineChart({
        title: 'Memory of each process over the time, MB of its own',
        x: { label: 'part of the time, %' },
        y: {},
        points: cases.flatMap(soakPoints),
      }),
  })),
];

/** The charts of all benchmarks that have results. */
export function chartsOf({ benchmarks }: Results): ChartFile[] {
  return SPECS.flatMap(({ benchmark, file, alt, draw }) => {
    const cases = benchmarks[benchmark]?.cases;
    return cases ? [{ benchmark, file, alt, svg: draw(cases) }] : [];
  });
}

function isMeasured({ measures }: Case): boolean {
  return measures['ticks applied'] !== undefined;
}

function bar({ name, measures }: Case) {
  const { median, unit } = measures['ticks applied'];
  return {
    name: name.replace(', in the place of the OrderBook', ''),
    value: median,
    label: quantity(median, unit),
    highlighted: name === 'Tickline',
  };
}

function pointsOf(cases: readonly Case[], column: string, series: string, scale = 1): Point[] {
  return cases.flatMap(({ at, measures }) => {
    const measure = measures[column];
    return at === undefined || !measure ? [] : [point(series, at, measure, scale)];
  });
}

/** A line for each percentile that there is a column of, named for it and ending in `ending`. */
function latencyChart(title: string, x: LineChart['x'], cases: readonly Case[], ending: string): string {
  return lineChart({
    title,
    x,
    y: { log: true },
    points: PERCENTILES.flatMap((series) => pointsOf(cases, `${series}${ending}`, series, NS_PER_US)),
  });
}

/** A line for each case whose name begins with `begin` and has `part` in it; what is left of the name is the line's. */
function percentileChart(title: string, cases: readonly Case[], begin: string, part: string): string {
  return lineChart({
    title,
    x: { label: 'percentile', names: PERCENTILES },
    y: { log: true },
    points: cases.flatMap((one) => percentilePoints(one, begin, part)),
  });
}

function percentilePoints({ name, measures }: Case, begin: string, part: string): Point[] {
  if (!name.startsWith(begin) || !name.includes(part)) return [];
  const series = name.replace(begin, '').replace(part, '');
  return PERCENTILES.flatMap((percentile, index) => {
    const measure = measures[percentile];
    return measure ? [point(series, index, measure, NS_PER_US)] : [];
  });
}

/** The samples of a soak are its points in time. */
function soakPoints({ name, measures: { own } }: Case): Point[] {
  if (!own || own.samples.length < 2) return [];
  const [series] = name.split(',');
  return own.samples.map((bytes, index) => {
    const y = bytes / BYTES_PER_MB;
    return { series, x: (100 * index) / (own.samples.length - 1), y, min: y, max: y };
  });
}

function point(series: string, x: number, { median, min, max }: Measure, scale: number): Point {
  return { series, x, y: median / scale, min: min / scale, max: max / scale };
}
