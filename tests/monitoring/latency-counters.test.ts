import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATENCY_BUCKETS, Latency } from '../../src/monitoring/latency.ts';
import { publishLatency } from '../../src/monitoring/latency-counters.ts';
import { processCounters } from '../../src/monitoring/stack-book.ts';

test('a latency is added to its bucket once, also when the percentiles are reset', () => {
  const counters = processCounters('strategy');
  const latency = new Latency();
  for (const ns of [1_000, 1_001, 2_000, 70e6, 20e9]) latency.record(ns);
  publishLatency(counters, 'strategy.report', latency);
  latency.reset();
  latency.record(1_500);
  publishLatency(counters, 'strategy.report', latency);
  const counts = LATENCY_BUCKETS.map(({ name }) => [name, counters.get(`strategy.report${name}`)]);
  assert.deepEqual(
    counts.filter(([, count]) => count !== 0),
    [
      ['UpTo1us', 1],
      ['UpTo2us', 3],
      ['UpTo100ms', 1],
      ['Over10s', 1],
    ],
  );
  assert.equal(counters.get('strategy.reportSumNs'), 20_070_005_501);
  assert.ok(counters.get('strategy.reportMaxNs') < 1_600);
});
