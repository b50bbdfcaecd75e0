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

test('takeOnCredit returns how long the missing tokens take to come back', () => {
  const bucket = new TokenBucket(100, 0);
  assert.equal(bucket.takeOnCredit(100, 0), 0);
  assert.equal(bucket.takeOnCredit(1, 0), 10);
  assert.equal(bucket.takeOnCredit(49, 10), 490);
  assert.equal(bucket.takeOnCredit(50, 1_000), 0);
  assert.equal(bucket.takeOnCredit(100, 60_000), 0);
});

test('a bucket in debt lets nothing through until the debt is paid', () => {
  const bucket = new TokenBucket(PER_SECOND, 0);
  const waitMs = bucket.takeOnCredit(15, 0);
  assert.equal(waitMs, 500);
  assert.equal(bucket.tryTake(waitMs), false);
  assert.equal(bucket.tryTake(waitMs + 100), true);
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

test('a sender that waits as takeOnCredit asks stays within the rate, plus one second of burst', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 50 }), (batches) => {
      const bucket = new TokenBucket(1_000, 0);
      let [nowMs, sent] = [0, 0];
      for (const events of batches) {
        nowMs += bucket.takeOnCredit(events, nowMs);
        sent += events;
        assert.ok(sent <= 1_000 + nowMs + 1e-6, `${sent} in ${nowMs} ms`);
      }
    }),
  );
});
