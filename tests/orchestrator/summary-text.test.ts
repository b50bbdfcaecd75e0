// What the summary says of latencies where the figures alone would mislead, of losses, and of many positions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Summary } from '../../src/orchestrator/summary.ts';
import { summaryLines } from '../../src/orchestrator/summary-text.ts';

const LATENCY = { decisionP50: 2e6, decisionP99: 9e6, reportP50: 3e6, reportP99: 9e6 };
const TICKS = {
  ...{ sent: 9, applied: 9, seen: 9, missed: 0, gaps: 0, lapped: 0, rejected: 0, skippedRows: 0, stale: 0 },
};
const NEWS = { sent: 0, seen: 0, skippedRows: 0 };
const NO_LOSSES = { gaps: 0, missed: 0, late: 0 };
const NO_SKIPS: Summary['skips'] = { prices: {}, news: {} };
const ORDERS = {
  ...{ sent: 0, resent: 0, received: 0, repeated: 0, filled: 0, rejected: 0, unanswered: 0, recorded: 0 },
};

function linesOf(
  latency: Partial<Summary['latency']>,
  applied = 9,
  marketTimeMs: number | null = null,
  rows: Partial<Summary> = {},
) {
  return summaryLines(
    {
      ...{
        seconds: 1,
        ticks: { ...TICKS, applied },
        news: NEWS,
        source: NO_LOSSES,
        skips: NO_SKIPS,
        orders: ORDERS,
      },
      marketTimeMs,
      ...{ strategies: [], positions: [], pnl: { realised: 0, unrealised: 0, total: 0, fees: 0 } },
      latency: { ...LATENCY, queueing: false, timed: true, ...latency },
      ...{ sharedMemoryBytes: 0, restarts: {}, mismatches: [] },
      ...rows,
    },
    ' --stack b',
  );
}

function latencyLines(latency: Partial<Summary['latency']>, applied = 9): string[] {
  return linesOf(latency, applied)
    .filter((line) => line.startsWith('Tick to'))
    .map((line) => line.slice(18));
}

test('percentiles of a paced run are shown alone', () => {
  assert.deepEqual(latencyLines({}), ['p50 2000 µs, p99 9000 µs', 'p50 3000 µs, p99 9000 µs']);
});

test('percentiles at --rate max are called waiting', () => {
  const [decision, report] = latencyLines({ queueing: true });
  assert.equal(decision, 'p50 2000 µs, p99 9000 µs (mostly waiting: --rate max)');
  assert.equal(report, 'p50 3000 µs, p99 9000 µs (mostly waiting: --rate max)');
});

test('across clocks the summary says why there are no percentiles', () => {
  const none = { decisionP50: 0, decisionP99: 0, reportP50: 0, reportP99: 0 };
  const reason = 'not measured: the Gateway reads another clock, or sends no times';
  assert.deepEqual(latencyLines({ ...none, timed: false }), [reason, reason]);
  assert.deepEqual(latencyLines({ ...none, timed: true }), ['p50 -, p99 -', 'p50 -, p99 -']);
  assert.deepEqual(latencyLines({ ...none, timed: false }, 0), ['p50 -, p99 -', 'p50 -, p99 -']);
});

test('the time of a replay also says until when its data goes', () => {
  const timeOf = (marketTimeMs: number | null) =>
    linesOf({}, 9, marketTimeMs).find((line) => line.startsWith('Time'));
  assert.equal(timeOf(Date.UTC(1990, 2, 1)), 'Time              1.0 s, of the market until 1990-03-01');
  assert.equal(timeOf(Date.now()), 'Time              1.0 s');
  assert.equal(timeOf(null), 'Time              1.0 s');
});

test('what a live source lost has a line, and nothing lost has none', () => {
  const lineAfterLost = (source: Partial<Summary['source']>) => {
    const lines = linesOf({}, 9, null, { source: { ...NO_LOSSES, ...source } });
    return lines[lines.findIndex((line) => line.startsWith('Ticks lost')) + 1];
  };
  assert.equal(
    lineAfterLost({ gaps: 1, missed: 2 }),
    '                  by the source: gaps 1, missed 2, late 0',
  );
  assert.equal(lineAfterLost({ late: 3 }), '                  by the source: gaps 0, missed 0, late 3');
  assert.match(lineAfterLost({}), /^News/);
});

test('skipped rows have their reasons below their count, and a clean file has no line', () => {
  const linesWith = (rows: Partial<Summary>) => {
    const lines = linesOf({}, 9, null, rows);
    return lines.slice(
      lines.findIndex((line) => line.startsWith('Ticks lost')) + 1,
      lines.findIndex((line) => line.startsWith('Orders')),
    );
  };
  assert.deepEqual(linesWith({}), ['News              sent 0, seen 0']);
  const skips = { prices: { 'price negative': 1, 'no time': 1_200 }, news: { 'sentiment out of range': 2 } };
  assert.deepEqual(linesWith({ skips, news: { ...NEWS, skippedRows: 2 } }), [
    '                  skipped for: price negative 1, no time 1,200',
    'News              sent 0, seen 0, rows of the file skipped 2',
    '                  skipped for: sentiment out of range 2',
  ]);
});

test('a client of the order port, which counts neither ticks nor orders sent, has no zeros there', () => {
  const none = { resent: 0, rejected: 0, unanswered: 0 };
  const strategies = [
    { name: 'crossover', ticks: { seen: 9, lapped: 0 }, orders: { ...none, sent: 2, filled: 2 }, pnl: 0 },
    { name: 'example', ticks: { seen: 0, lapped: 0 }, orders: { ...none, sent: 0, filled: 1 }, pnl: 0 },
  ];
  const line = linesOf({}, 9, null, { strategies }).find((text) => text.startsWith('example'));
  assert.deepEqual(line?.split(/ +/), ['example', '-', '-', '1', '0', '0.00']);
});

test('of many positions the summary lists some, and how to see all of this stack', () => {
  const position = {
    strategy: 'a',
    quantity: 1,
    averagePrice: 1,
    lastPrice: 1,
    realisedPnl: 0,
    unrealisedPnl: 0,
  };
  const positions = Array.from({ length: 60 }, (_, index) => ({ ...position, symbol: `S${index}` }));
  const lines = linesOf({}, 9, null, { positions });
  assert.equal(lines[lines.indexOf('') - 1], 'and 20 more: ./tickline orders --stack b');
});
