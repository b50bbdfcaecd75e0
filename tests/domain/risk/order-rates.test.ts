import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderRates } from '../../../src/domain/risk/order-rates.ts';
import fc from '../../property.ts';

/** Rates on a clock that stands still until it is moved. */
function ratesAt(): { rates: OrderRates; clock: { ms: number } } {
  const clock = { ms: 0 };
  return { rates: new OrderRates(() => clock.ms), clock };
}

function taken(rates: OrderRates, strategy: string, perSecond: number, times: number): number {
  return Array.from({ length: times }, () => rates.take(strategy, perSecond)).filter(Boolean).length;
}

test("a second's worth may come at once, then as many as time gives back", () => {
  const { rates, clock } = ratesAt();
  assert.equal(taken(rates, 's', 10, 20), 10);
  clock.ms = 300;
  assert.equal(taken(rates, 's', 10, 20), 3);
  clock.ms = 100_000;
  assert.equal(taken(rates, 's', 10, 20), 10);
});

test('each strategy has a pace of its own', () => {
  const { rates } = ratesAt();
  assert.equal(taken(rates, 's', 5, 9), 5);
  assert.equal(taken(rates, 'other', 5, 9), 5);
});

test('a new limit holds from the next order on, a lower one also for what was saved up', () => {
  const { rates, clock } = ratesAt();
  assert.equal(taken(rates, 's', 100, 1), 1);
  assert.equal(taken(rates, 's', 2, 9), 2);
  clock.ms = 1_000;
  assert.equal(taken(rates, 's', 100, 200), 100);
});

test('without a limit nothing is counted', () => {
  const { rates } = ratesAt();
  assert.equal(taken(rates, 's', Number.POSITIVE_INFINITY, 100), 100);
  assert.equal(rates.size, 0);
});

test('however many others come, a strategy that has used its orders up is not forgotten', () => {
  const { rates } = ratesAt();
  assert.equal(taken(rates, 's', 3, 9), 3);
  for (let other = 0; other < 5_000; other++) rates.take(`other-${other}`, 3);
  assert.equal(taken(rates, 's', 3, 9), 0);
});

test('strategies that have been quiet are forgotten', () => {
  const { rates, clock } = ratesAt();
  for (let strategy = 0; strategy < 100_000; strategy++) {
    clock.ms += 10;
    rates.take(`s${strategy}`, 1);
    assert.ok(rates.size <= 2_048);
  }
});

test('in no stretch of time do more orders pass than the limit gives for it, and a second at once', () => {
  const steps = fc.array(fc.record({ pauseMs: fc.nat(400), orders: fc.nat(30) }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 50 }), (all, perSecond) => {
      const { rates, clock } = ratesAt();
      const passed: { ms: number; orders: number }[] = [];
      for (const { pauseMs, orders } of all) {
        clock.ms += pauseMs;
        passed.push({ ms: clock.ms, orders: taken(rates, 's', perSecond, orders) });
      }
      for (const [first, { ms: from }] of passed.entries()) {
        let orders = 0;
        for (const step of passed.slice(first)) {
          orders += step.orders;
          assert.ok(orders <= perSecond + ((step.ms - from) * perSecond) / 1_000 + 1e-6);
        }
      }
    }),
  );
});
