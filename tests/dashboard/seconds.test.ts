import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUCKET_BOUNDS, percentile } from '../../src/dashboard/seconds.ts';
import fc from '../property.ts';

test('a percentile lies within its bucket', () => {
  const counts = fc.array(fc.nat({ max: 1_000 }), {
    minLength: BUCKET_BOUNDS.length + 1,
    maxLength: BUCKET_BOUNDS.length + 1,
  });
  fc.assert(
    fc.property(counts, fc.double({ min: 0.01, max: 1, noNaN: true }), (buckets, share) => {
      const ns = percentile(buckets, share);
      const total = buckets.reduce((sum, count) => sum + count, 0);
      if (total === 0) {
        assert.equal(ns, null);
        return;
      }
      assert.ok(ns !== null);
      const within = (bound: number) =>
        buckets.filter((_, index) => (BUCKET_BOUNDS[index] ?? Number.POSITIVE_INFINITY) <= bound);
      const upper = BUCKET_BOUNDS.find((bound) => ns <= bound);
      assert.ok(upper !== undefined);
      const counted = within(upper).reduce((sum, count) => sum + count, 0);
      const isInLast = upper === BUCKET_BOUNDS.at(-1);
      assert.ok(isInLast || counted >= total * share - 1e-6);
    }),
  );
});

test('the median of a single bucket is its middle on the logarithmic scale', () => {
  const buckets = BUCKET_BOUNDS.map(() => 0);
  buckets[2] = 100;
  assert.equal(percentile(buckets, 0.5), Math.round(Math.sqrt(BUCKET_BOUNDS[1] * BUCKET_BOUNDS[2])));
  assert.equal(percentile(buckets, 1), BUCKET_BOUNDS[2]);
});
