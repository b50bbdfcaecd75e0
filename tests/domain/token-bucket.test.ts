import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenBucket } from '../../src/domain/token-bucket.ts';
import fc from '../property.ts';

const PER_SECOND = 10;

function taken(bucket: TokenBucket, times: number, nowMs: number): number {
  return Array.from({ length: times }, () => bucket.tryTake(nowMs)).filter(Boolean).length;
}

test("a new bucket lets a burst of one second's worth through, and no more", () => {
  assert.equal(taken(new TokenBucket(PER_SECOND, 0), 20, 0), 10);
});

test('tokens come back at the rate, up to one second of them', () => {
  const bucket = new TokenBucket(PER_SECOND, 0);
  taken(bucket, 10, 0);
  assert.equal(taken(bucket, 20, 300), 3);
  assert.equal(taken(bucket, 20, 100_000), 10);
});

test('a refused take costs nothing', () => {
  const bucket = new TokenBucket(1, 0);
  assert.equal(taken(bucket, 100, 0), 1);
  assert.equal(bucket.tryTake(1_000), true);
});

test('msUntilNext is how long the next token takes to come back', () => {
  const bucket = new TokenBucket(PER_SECOND, 0);
  assert.equal(bucket.msUntilNext(0), 0);
  taken(bucket, 10, 0);
  assert.equal(bucket.msUntilNext(0), 100);
  assert.equal(bucket.msUntilNext(75), 25);
  assert.equal(bucket.tryTake(75), false);
  assert.equal(bucket.tryTake(100), true);
  assert.equal(bucket.msUntilNext(60_000), 0);
});

test('a new rate applies from the next take, a lower one also to saved tokens', () => {
  const bucket = new TokenBucket(100, 0);
  bucket.perSecond = 2;
  assert.equal(taken(bucket, 9, 0), 2);
  bucket.perSecond = 100;
  assert.equal(taken(bucket, 200, 1_000), 100);
});

test('a bucket is full at first, and again one second after it was emptied', () => {
  const bucket = new TokenBucket(PER_SECOND, 0);
  assert.equal(bucket.isFull(0), true);
  taken(bucket, PER_SECOND, 0);
  assert.equal(bucket.isFull(999), false);
  assert.equal(bucket.isFull(1_000), true);
});

const steps = fc.array(fc.record({ pauseMs: fc.nat(400), events: fc.nat(30) }), { maxLength: 60 });

test('no stretch of time lets more through than its length times the rate, plus one second of burst', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 50 }), (all, perSecond) => {
      const bucket = new TokenBucket(perSecond, 0);
      let nowMs = 0;
      const passed = all.map(({ pauseMs, events }) => {
        nowMs += pauseMs;
        return { ms: nowMs, events: taken(bucket, events, nowMs) };
      });
      for (const [first, { ms: from }] of passed.entries()) {
        let total = 0;
        for (const step of passed.slice(first)) {
          total += step.events;
          assert.ok(total <= perSecond + ((step.ms - from) * perSecond) / 1_000 + 1e-6);
        }
      }
    }),
  );
});
