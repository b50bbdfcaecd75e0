import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter } from '@tickline/price-book';
import { health } from '../../src/dashboard/health.ts';
import { metrics } from '../../src/dashboard/metrics.ts';
import { COUNTERS } from '../../src/monitoring/counter-table.ts';
import { Latency } from '../../src/monitoring/latency.ts';
import { publishLatency } from '../../src/monitoring/latency-counters.ts';
import { attachBook, processCounters, type StackBook } from '../../src/monitoring/stack-book.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

/** A book, and the counters of a strategy of this process. */
function bookWithStrategy(t: TestContext) {
  const name = uniqueBook(t);
  const written = new PriceBookWriter(['AAPL'], name, { ringCapacity: 8 });
  t.after(() => written.close());
  const counters = processCounters('strategy');
  counters.attach(written);
  counters.beat(2_500_000);
  return { name, counters, book: attachBook(name) };
}

async function scraped(book?: StackBook): Promise<string[]> {
  const { body, type, status } = await metrics(book);
  assert.equal(type, 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(status, undefined);
  return String(body).split('\n');
}

function includes(lines: readonly string[], ...expected: string[]): void {
  for (const line of expected) assert.ok(lines.includes(line), `${line}\nis not among\n${lines.join('\n')}`);
}

test('sums are counters and gauges are gauges, each with its help text', async (t) => {
  const { book, counters } = bookWithStrategy(t);
  counters.add('strategy.ticksSeen', 1_234);
  counters.set('strategy.ordersUnanswered', 5);
  includes(
    await scraped(book),
    `# HELP tickline_strategy_ticks_seen_total ${COUNTERS['strategy.ticksSeen'].about}`,
    '# TYPE tickline_strategy_ticks_seen_total counter',
    'tickline_strategy_ticks_seen_total 1234',
    '# TYPE tickline_strategy_orders_unanswered gauge',
    'tickline_strategy_orders_unanswered 5',
  );
});

test('the state of each process is labelled with its name', async (t) => {
  const lines = await scraped(bookWithStrategy(t).book);
  includes(
    lines,
    'tickline_process_up{process="strategy"} 1',
    'tickline_process_up{process="gateway"} 0',
    'tickline_process_starts_total{process="strategy"} 1',
    'tickline_process_longest_loop_seconds{process="strategy"} 0.0025',
    'tickline_pipeline_healthy 0',
  );
  assert.ok(
    lines.some((line) => /^tickline_process_resident_memory_bytes\{process="strategy"\} \d{7,}$/.test(line)),
  );
});

test('latencies are cumulative histograms in seconds', async (t) => {
  const { book, counters } = bookWithStrategy(t);
  const latency = new Latency();
  for (const ns of [900, 1_500, 1_600, 3e6, 20e9]) latency.record(ns);
  publishLatency(counters, 'strategy.decision', latency);
  includes(
    await scraped(book),
    '# TYPE tickline_decision_latency_seconds histogram',
    'tickline_decision_latency_seconds_bucket{le="0.000001"} 1',
    'tickline_decision_latency_seconds_bucket{le="0.000002"} 3',
    'tickline_decision_latency_seconds_bucket{le="0.005"} 4',
    'tickline_decision_latency_seconds_bucket{le="10"} 4',
    'tickline_decision_latency_seconds_bucket{le="+Inf"} 5',
    'tickline_decision_latency_seconds_sum 20.003004',
    'tickline_decision_latency_seconds_count 5',
    'tickline_report_latency_seconds_count 0',
  );
});

test('each attached reader has its lag', async (t) => {
  const { name, book } = bookWithStrategy(t);
  const slot = attachBook(name, { readOnly: false }).claimSlot('crossover');
  includes(await scraped(book), 'tickline_reader_lag_ticks{reader="crossover"} 0');
  slot.release();
  assert.ok(!(await scraped(book)).some((line) => line.startsWith('tickline_reader_lag_ticks{')));
});

test('invalid counters do not make a scrape fail', async (t) => {
  const { book, counters } = bookWithStrategy(t);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
    counters.set('strategy.ticksSeen', value);
    counters.set('strategy.decisionUpTo1us', value);
    counters.set('strategy.starts', value);
    includes(await scraped(book), 'tickline_strategy_ticks_seen_total 0');
  }
});

test('without a book every process is down, and /healthz says why', async () => {
  includes(
    await scraped(),
    'tickline_process_up{process="gateway"} 0',
    'tickline_process_up{process="order-manager"} 0',
    'tickline_pipeline_healthy 0',
  );
  const { status, body } = health(undefined, '');
  assert.equal(status, 503);
  assert.deepEqual(JSON.parse(String(body)), {
    healthy: false,
    faults: [{ process: 'orderbook', fault: 'there is no price book' }],
  });
});
