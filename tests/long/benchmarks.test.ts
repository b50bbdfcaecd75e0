// Like the first test of tests/tools/bench.test.ts, for more benchmarks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quickResults } from '../tools/quick-results.ts';

test('quick runs of many benchmarks give plausible numbers and leave nothing behind', async (t) => {
  const names = ['throughput', 'latency', 'latency-peers', 'scaling-readers', 'scaling-batch'];
  const benchmarks = await quickResults(t, names);
  for (const { at, measures } of benchmarks['scaling-batch'].cases)
    assert.ok(measures['ticks applied'].min > 0, `${at} ticks per batch`);
  const [tenABatch] = benchmarks['scaling-batch'].cases;
  assert.ok(tenABatch.measures['p50 at 5,000 batches/s'].min > 0);
  const twoReading = benchmarks['scaling-readers'].cases[3];
  assert.ok(twoReading.measures['p50 to a reader'].min > 0);

  const [decision] = benchmarks.latency.cases;
  assert.ok(decision.measures.events.min > 0 && decision.measures.p50.min > 0);
});

test('every tick is applied or counted as lost when connections are cut or prices are missing', async (t) => {
  const { losses } = await quickResults(t, ['losses']);
  const [short, long, missing] = losses.cases;
  const of = (row: typeof short, column: string) => row.measures[column].median;
  for (const row of [short, long, missing]) {
    assert.equal(of(row, 'lost and not counted'), 0, row.name);
    assert.equal(of(row, 'ticks applied') + of(row, 'lost and counted'), of(row, 'ticks sent'), row.name);
  }
  assert.equal(of(short, 'lost and counted'), 0);
  assert.equal(short.measures['down time'].samples.length, 20);
  assert.equal(of(missing, 'bad rows'), 645);
});
