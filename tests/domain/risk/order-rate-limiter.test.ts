import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderRateLimiter } from '../../../src/domain/risk/order-rate-limiter.ts';

/** A limiter with a clock that the test moves. */
function limiterWithClock(): { limiter: OrderRateLimiter; clock: { ms: number } } {
  const clock = { ms: 0 };
  return { limiter: new OrderRateLimiter(() => clock.ms), clock };
}

function taken(limiter: OrderRateLimiter, strategy: string, perSecond: number, times: number): number {
  return Array.from({ length: times }, () => limiter.tryTake(strategy, perSecond)).filter(Boolean).length;
}

test('a strategy may send up to its rate, and more after a pause', () => {
  const { limiter, clock } = limiterWithClock();
  assert.equal(taken(limiter, 's', 10, 20), 10);
  clock.ms = 300;
  assert.equal(taken(limiter, 's', 10, 20), 3);
});

test('each strategy has its own rate', () => {
  const { limiter } = limiterWithClock();
  assert.equal(taken(limiter, 's', 5, 9), 5);
  assert.equal(taken(limiter, 'other', 5, 9), 5);
});

test('a new limit applies from the next order, a lower one also to saved tokens', () => {
  const { limiter, clock } = limiterWithClock();
  assert.equal(taken(limiter, 's', 100, 1), 1);
  assert.equal(taken(limiter, 's', 2, 9), 2);
  clock.ms = 1_000;
  assert.equal(taken(limiter, 's', 100, 200), 100);
});

test('without a limit no bucket is kept', () => {
  const { limiter } = limiterWithClock();
  assert.equal(taken(limiter, 's', Number.POSITIVE_INFINITY, 100), 100);
  assert.equal(limiter.size, 0);
});

test('a strategy that has used up its tokens is remembered, however many others come', () => {
  const { limiter } = limiterWithClock();
  assert.equal(taken(limiter, 's', 3, 9), 3);
  for (let other = 0; other < 5_000; other++) limiter.tryTake(`other-${other}`, 3);
  assert.equal(taken(limiter, 's', 3, 9), 0);
});

test('buckets of quiet strategies are removed', () => {
  const { limiter, clock } = limiterWithClock();
  for (let strategy = 0; strategy < 100_000; strategy++) {
    clock.ms += 10;
    limiter.tryTake(`s${strategy}`, 1);
    assert.ok(limiter.size <= 2_048);
  }
});
