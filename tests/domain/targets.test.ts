import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Signal } from '../../src/domain/strategies/signals.ts';
import { tradeTowardsTarget } from '../../src/domain/targets.ts';
import fc from '../property.ts';

test('a BUY while flat buys the quantity, while short twice the quantity, while long nothing', () => {
  assert.equal(tradeTowardsTarget(Signal.BUY, 0, 10), 10);
  assert.equal(tradeTowardsTarget(Signal.BUY, -10, 10), 20);
  assert.equal(tradeTowardsTarget(Signal.BUY, 10, 10), 0);
});

test('a SELL while flat sells the quantity, while long twice the quantity, while short nothing', () => {
  assert.equal(tradeTowardsTarget(Signal.SELL, 0, 10), -10);
  assert.equal(tradeTowardsTarget(Signal.SELL, 10, 10), -20);
  assert.equal(tradeTowardsTarget(Signal.SELL, -10, 10), 0);
});

test('a position beyond its target stays unchanged: a BUY never sells and a SELL never buys', () => {
  assert.equal(tradeTowardsTarget(Signal.BUY, 25, 10), 0);
  assert.equal(tradeTowardsTarget(Signal.SELL, -25, 10), 0);
});

test('the same signal twice leads to one order, from any position', () => {
  const signals = fc.constantFrom(Signal.BUY, Signal.SELL, Signal.NEUTRAL);
  const positions = fc.integer({ min: -100, max: 100 });
  fc.assert(
    fc.property(signals, positions, fc.integer({ min: 1, max: 50 }), (signal, position, quantity) => {
      const trade = tradeTowardsTarget(signal, position, quantity);
      assert.ok(trade * signal >= 0);
      assert.equal(tradeTowardsTarget(signal, position + trade, quantity), 0);
    }),
  );
});
