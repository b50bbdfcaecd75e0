import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATENCY_BUCKETS, Latency } from '../../src/monitoring/latency.ts';
import fc from '../property.ts';

test('without latencies every percentile is 0', () => {
  assert.equal(new Latency().percentile(50), 0);
});

test('a percentile is exact to 1 %', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50e9 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 100 }),
      (all, percent) => {
        const latency = new Latency();
        for (const ns of all) latency.record(ns);
        const sorted = all.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.floor((percent / 100) * all.length + 0.5)) - 1] ?? 0;
        const found = latency.percentile(percent);
        assert.ok(Math.abs(found - exact) <= exact * 0.01 + 1, `${found} for ${exact}`);
      },
    ),
  );
});

test('a latency is counted in the first bucket that it is not longer than', () => {
  const bounds = LATENCY_BUCKETS.map(({ upToNs }) => upToNs).filter(Number.isFinite);
  const anyNs = fc.oneof(fc.integer({ min: 1, max: 60e9 }), fc.constantFrom(...bounds));
  fc.assert(
    fc.property(fc.array(anyNs), (all) => {
      const latency = new Latency();
      for (const ns of all) latency.record(ns);
      let from = 0;
      for (const bucket of LATENCY_BUCKETS) {
        const inside = all.filter((ns) => ns > from && ns <= bucket.upToNs);
        assert.equal(latency.takeCount(bucket), inside.length, bucket.name);
        from = bucket.upToNs;
      }
      assert.equal(
        latency.takeSum(),
        all.reduce((sum, ns) => sum + ns, 0),
      );
    }),
  );
});

test('the mean and the maximum are exact, and restart with a reset', () => {
  const latency = new Latency();
  assert.deepEqual([latency.mean, latency.max], [0, 0]);
  for (const ns of [1_000_003, 7, 2_000_005]) latency.record(ns);
  assert.deepEqual([latency.mean, latency.max], [1_000_005, 2_000_005]);
  assert.equal(latency.percentile(100), 2_000_005, 'no percentile is longer than the longest');
  latency.reset();
  assert.deepEqual([latency.mean, latency.max, latency.percentile(50)], [0, 0, 0]);
  latency.record(9);
  assert.deepEqual([latency.mean, latency.max, latency.percentile(50)], [9, 9, 9]);
});

test('a latency that was taken is not counted again', () => {
  const latency = new Latency();
  latency.record(5);
  const [first] = LATENCY_BUCKETS;
  assert.deepEqual([latency.takeCount(first), latency.takeCount(first)], [1, 0]);
  assert.deepEqual([latency.takeSum(), latency.takeSum()], [5, 0]);
});

test('a latency out of bounds counts as the bound', () => {
  for (const [ns, bound] of [
    [-5, 1],
    [0, 1],
    [0.4, 1],
    [1e15, 60e9],
    [Number.POSITIVE_INFINITY, 60e9],
  ] as const) {
    const latency = new Latency();
    latency.record(ns);
    assert.ok(Math.abs(latency.percentile(50) - bound) <= bound * 0.002);
  }
});
