// The charts of the report, and which results each shows.

import type { Case, Measure } from '../benchmark.ts';
import type { Results } from '../results.ts';
import { barChart, type LineChart, lineChart, type Point } from './chart.ts';
import { quantity } from './format.ts';

/** A chart, as a file in docs/charts/. */
export interface ChartFile {
  /** The benchmark that it shows. */
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
/** fsync affects orders and not decisions, so the chart shows half of the cases. */
const FSYNC = ', fsync on';
const NS_PER_US = 1e3;
const BYTES_PER_MB = 1e6;

const SPECS: readonly ChartSpec[] = [
  {
    benchmark: 'baselines',
    file: 'baselines.svg',
    alt: 'ticks per second of Tickline and others',
    draw: (cases) => barChart('Ticks applied per second', cases.filter(isMeasured).map(bar)),
  },
  {
    benchmark: 'latency',
    file: 'latency.svg',
    alt: 'tick to decision by percentile, one line per setting',
    draw: (cases) => percentileChart('Tick to decision, µs', cases, DECISION, FSYNC),
  },
  {
    benchmark: 'latency-peers',
    file: 'latency-peers.svg',
    alt: 'tick to decision by percentile for Tickline, C, Python and a clock read',
    draw: (cases) => percentileChart('Tick to decision, spin, µs', cases, DECISION_SPIN, ''),
  },
  {
    benchmark: 'scaling-symbols',
    file: 'scaling-symbols.svg',
    alt: 'throughput by number of symbols',
    draw: (cases) =>
      lineChart({
        title: 'Ticks per second by number of symbols',
        x: { label: 'symbols', log: true },
        y: {},
        points: pointsOf(cases, 'ticks applied', 'OrderBook'),
      }),
  },
  {
    benchmark: 'scaling-symbols',
    file: 'scaling-symbols-latency.svg',
    alt: 'Gateway to decision by number of symbols',
    draw: (cases) =>
      latencyChart(
        'Gateway to decision by number of symbols, at 100,000 ticks/s, µs',
        { label: 'symbols', log: true },
        cases,
        ' at 100,000 ticks/s',
      ),
  },
  {
    benchmark: 'scaling-readers',
    file: 'scaling-readers.svg',
    alt: 'writer CPU time per tick by number of readers',
    draw: (cases) =>
      lineChart({
        title: 'Writer CPU time per tick by number of readers, ns',
        x: { label: 'readers' },
        y: {},
        points: ['waiting', 'reading'].flatMap((mode) =>
          pointsOf(
            cases.filter(({ name }) => name.endsWith(mode)),
            'writer CPU per tick',
            mode,
          ),
        ),
      }),
  },
  {
    benchmark: 'scaling-readers',
    file: 'scaling-readers-throughput.svg',
    alt: 'throughput of the writer by number of readers',
    draw: (cases) =>
      lineChart({
        title: 'Ticks per second of a writer at full speed, by number of readers',
        x: { label: 'readers' },
        y: {},
        points: pointsOf(cases, 'ticks written at full speed', 'writer'),
      }),
  },
  {
    benchmark: 'scaling-readers',
    file: 'scaling-readers-latency.svg',
    alt: 'writer to reader by number of readers',
    draw: (cases) =>
      latencyChart(
        'Writer to reader by number of readers, a batch of 500 ticks every ms, µs',
        { label: 'readers' },
        cases,
        ' to a reader',
      ),
  },
  {
    benchmark: 'scaling-batch',
    file: 'scaling-batch.svg',
    alt: 'throughput by batch size',
    draw: (cases) =>
      lineChart({
        title: 'Ticks per second by batch size',
        x: { label: 'ticks per batch', log: true },
        y: { log: true },
        points: pointsOf(cases, 'ticks applied', 'OrderBook'),
      }),
  },
  {
    benchmark: 'scaling-batch',
    file: 'scaling-batch-latency.svg',
    alt: 'Gateway to decision by batch size',
    draw: (cases) =>
      latencyChart(
        'Gateway to decision by batch size, at 5,000 batches/s, µs',
        { label: 'ticks per batch', log: true },
        cases,
        ' at 5,000 batches/s',
      ),
  },
  {
    benchmark: 'scaling-rate',
    file: 'scaling-rate.svg',
    alt: 'ticks evaluated by ticks offered',
    draw: (cases) =>
      lineChart({
        title: 'Ticks per second evaluated, by ticks offered (dashed: all of them)',
        x: { label: 'ticks offered per second', log: true },
        y: { log: true },
        points: ['applied', 'evaluated'].flatMap((series) => pointsOf(cases, series, series)),
        diagonal: true,
      }),
  },
  {
    benchmark: 'scaling-rate',
    file: 'scaling-rate-latency.svg',
    alt: 'Gateway to decision by offered rate',
    draw: (cases) =>
      latencyChart(
        'Gateway to decision by offered rate, µs',
        { label: 'ticks offered per second', log: true },
        cases,
        '',
      ),
  },
  {
    benchmark: 'soak',
    file: 'soak.svg',
    alt: 'memory of each process over time',
    draw: (cases) =>
      lineChart({
        title: 'Private memory of each process over time, MB',
        x: { label: 'share of the run, %' },
        y: {},
        points: cases.flatMap(soakPoints),
      }),
  },
];

/** One chart for each specification whose benchmark has results. */
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
    name: name.replace(', as the OrderBook', ''),
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

/** One line for each percentile that has a column `<percentile><ending>`. */
function latencyChart(title: string, x: LineChart['x'], cases: readonly Case[], ending: string): string {
  return lineChart({
    title,
    x,
    y: { log: true },
    points: PERCENTILES.flatMap((series) => pointsOf(cases, `${series}${ending}`, series, NS_PER_US)),
  });
}

/** One line for each case whose name begins with `begin` and contains `part`; the rest of the name labels the line. */
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

/** The samples of a memory run are equally spaced in time. */
function soakPoints({ name, measures }: Case): Point[] {
  const own = measures['private memory'];
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
