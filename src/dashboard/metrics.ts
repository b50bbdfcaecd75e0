// /metrics: the counters of the book in the format of Prometheus. They are read when they are scraped, so a
// run without a scraper pays nothing. Names come from the table of counters: gateway.ticksSent is
// tickline_gateway_ticks_sent_total.

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  COUNTER_TABLE,
  COUNTERS,
  COUNTING_PROCESSES,
  type CounterName,
  isLatencyCounter,
  LATENCIES,
  type LatencyName,
} from '../monitoring/counter-table.ts';
import { LATENCY_BUCKETS } from '../monitoring/latency.ts';
import { pipelineFaults } from '../monitoring/pipeline-faults.ts';
import { type ProcessState, processState } from '../monitoring/process-state.ts';
import { processUsage } from '../monitoring/process-usage.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import { type StrategyCounts, strategiesOf } from '../monitoring/strategies.ts';
import type { Answer } from './web-server.ts';

const NS_PER_S = 1e9;
const MS_PER_S = 1_000;

const HISTOGRAMS: Readonly<Record<LatencyName, string>> = {
  'strategy.decision': 'tickline_decision_latency_seconds',
  'order-manager.received': 'tickline_order_latency_seconds',
  'strategy.report': 'tickline_report_latency_seconds',
};

/** Counters that have series labelled with the process instead. */
const OF_A_PROCESS = /\.(pid|heartbeatNs|starts|longestLoopNs)$/;

/** The answer to a scrape. Without a book it reports that no process is up. */
export async function metrics(book: StackBook | undefined): Promise<Answer> {
  // A new registry per scrape: a reader that has gone has no series.
  const registry = new Registry();
  addProcesses(registry, book);
  if (book) {
    addBook(registry, book);
    addReaders(registry, book);
    addStrategies(registry, strategiesOf(book));
    const own = (name: CounterName) => [{ value: book.counter(name) }];
    const ofStrategies = (name: CounterName) =>
      book.countsOf('strategy').map(({ name: strategy, counter }) => ({ strategy, value: counter(name) }));
    for (const name of COUNTER_TABLE.names)
      addCounter(registry, name, isOfStrategy(name) ? ofStrategies(name) : own(name));
    for (const name of Object.keys(LATENCIES) as LatencyName[])
      addLatency(registry, name, isOfStrategy(name) ? ofStrategies : own);
  }
  return { type: registry.contentType, body: await registry.metrics() };
}

/** The Prometheus name of `gateway.ticksSent`; undefined for counters that are reported in another way. */
export function metricName(name: CounterName): string | undefined {
  if (OF_A_PROCESS.test(name) || isLatencyCounter(name)) return undefined;
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/[.-]/g, '_');
  return `tickline_${snake}${COUNTERS[name].kind === 'sum' ? '_total' : ''}`;
}

/** A value, and the strategy that counted it if it is one of several and has a name. */
interface Sample {
  readonly strategy?: string;
  readonly value: number;
}

const OF_A_STRATEGY = ['strategy'];

function isOfStrategy(name: string): boolean {
  return name.startsWith('strategy.');
}

function labelsOf({ strategy }: Sample): Record<string, string> {
  return strategy ? { strategy } : {};
}

function addCounter(registry: Registry, name: CounterName, samples: readonly Sample[]): void {
  const metric = metricName(name);
  if (metric === undefined) return;
  const { kind, about } = COUNTERS[name];
  const sums = kind === 'sum' ? counter(registry, metric, about, OF_A_STRATEGY) : undefined;
  const gauges = sums ? undefined : gauge(registry, metric, about, OF_A_STRATEGY);
  for (const sample of samples) {
    sums?.inc(labelsOf(sample), sane(sample.value));
    gauges?.set(labelsOf(sample), sane(sample.value));
  }
}

function addStrategies(registry: Registry, strategies: readonly StrategyCounts[]): void {
  const about = '1 while this strategy runs and is not stuck';
  const up = gauge(registry, 'tickline_strategy_up', about, OF_A_STRATEGY);
  for (const { name, state } of strategies) up.set({ strategy: name }, state === 'running' ? 1 : 0);
}

function addProcesses(registry: Registry, book: StackBook | undefined): void {
  const labels = ['process'];
  const up = gauge(registry, 'tickline_process_up', '1 while it runs and is not stuck', labels);
  const starts = counter(registry, 'tickline_process_starts_total', 'how often it was started', labels);
  const age = gauge(
    registry,
    'tickline_process_heartbeat_age_seconds',
    'since it last showed that it lives',
    labels,
  );
  const longestLoop = gauge(
    registry,
    'tickline_process_longest_loop_seconds',
    'the longest iteration of its event loop within the last second',
    labels,
  );
  const memory = gauge(
    registry,
    'tickline_process_resident_memory_bytes',
    'its pages in RAM, those of shared memory among them',
    labels,
  );
  const cpu = counter(registry, 'tickline_process_cpu_seconds_total', 'CPU time of all its threads', labels);
  const faults = book ? pipelineFaults(book).length : 1;
  gauge(registry, 'tickline_pipeline_healthy', '1 while ticks become orders, as /healthz says').set(
    faults === 0 ? 1 : 0,
  );

  for (const name of COUNTING_PROCESSES) {
    const state: ProcessState = book ? processState(book, name) : NOT_SEEN;
    up.set({ process: name }, state.state === 'running' ? 1 : 0);
    starts.inc({ process: name }, sane(state.starts));
    if (!book || state.state === 'not seen') continue;
    age.set({ process: name }, sane(state.silentS));
    longestLoop.set({ process: name }, sane(book.counter(`${name}.longestLoopNs`)) / NS_PER_S);
    if (state.state !== 'dead') addUsage(name, state.pid);
  }
  addUsage('dashboard', process.pid);

  function addUsage(name: string, pid: number): void {
    const usage = processUsage(pid);
    if (!usage) return;
    memory.set({ process: name }, usage.residentBytes);
    cpu.inc({ process: name }, usage.cpuMs / MS_PER_S);
  }
}

const NOT_SEEN: ProcessState = { state: 'not seen', pid: 0, silentS: 0, starts: 0 };

function addBook(registry: Registry, book: StackBook): void {
  const { path, layoutVersion, totalBytes } = book;
  gauge(registry, 'tickline_book_info', 'the price book that is read', ['path', 'layout_version']).set(
    { path, layout_version: layoutVersion },
    1,
  );
  gauge(registry, 'tickline_book_bytes', 'size of the price book').set(totalBytes);
  gauge(registry, 'tickline_book_epoch', 'how often a writer has taken the book over').set(book.header.epoch);
  gauge(registry, 'tickline_book_symbols', 'symbols in the price book').set(book.table.symbolCount);
  counter(registry, 'tickline_book_ticks_total', 'ticks that went into the ring').inc(
    sane(book.ticks().cursor),
  );
}

/** Readers with one name share a series, which has the largest lag. */
function addReaders(registry: Registry, book: StackBook): void {
  const { cursor: published } = book.ticks();
  const lags = new Map<string, number>();
  for (const { name, cursor } of book.readers())
    lags.set(name, Math.max(sane(published - cursor), lags.get(name) ?? 0));
  const lag = gauge(registry, 'tickline_reader_lag_ticks', 'ticks that a reader has not taken yet', [
    'reader',
  ]);
  for (const [reader, ticks] of lags) lag.set({ reader }, ticks);
}

function addLatency(registry: Registry, name: LatencyName, samples: (name: CounterName) => Sample[]): void {
  const finite = LATENCY_BUCKETS.filter(({ upToNs }) => Number.isFinite(upToNs));
  const buckets = finite.map(({ upToNs }) => upToNs / NS_PER_S);
  const histogram = new Histogram({
    name: HISTOGRAMS[name],
    help: LATENCIES[name],
    buckets,
    labelNames: OF_A_STRATEGY,
    registers: [registry],
  });
  const series = samples(`${name}SumNs`).map((sample, index) => {
    const counts = LATENCY_BUCKETS.map((bucket) => sane(samples(`${name}${bucket.name}`)[index].value));
    const count = counts.reduce((total, one) => total + one, 0);
    const bucketValues = Object.fromEntries(buckets.map((bound, at) => [bound, counts[at]]));
    const labels = labelsOf(sample);
    return [String(index), { labels, bucketValues, sum: sane(sample.value) / NS_PER_S, count }];
  });
  // prom-client has no call that sets counts. This is where the exact version that package.json names keeps
  // them.
  Object.assign(histogram, { hashMap: Object.fromEntries(series) });
}

function counter(registry: Registry, name: string, help: string, labelNames: string[] = []): Counter {
  return new Counter({ name, help, labelNames, registers: [registry] });
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[] = []): Gauge {
  return new Gauge({ name, help, labelNames, registers: [registry] });
}

/** Any program may have written the book, and prom-client throws on NaN and negative counts. */
function sane(value: number): number {
  return Number.isFinite(value) && value > 0 ? value : 0;
}
