import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tradeTowardsTarget } from '../../src/domain/targets.ts';
import fc from '../property.ts';

test('a trade is the distance from the position to the target', () => {
  assert.equal(tradeTowardsTarget(10, 0), 10);
  assert.equal(tradeTowardsTarget(10, -10), 20);
  assert.equal(tradeTowardsTarget(-10, 10), -20);
  assert.equal(tradeTowardsTarget(0, 10), -10);
  assert.equal(tradeTowardsTarget(10, 25), -15);
});

test('fractions of shares leave no residue below 8 decimals', () => {
  assert.equal(tradeTowardsTarget(0.3, 0.1), 0.2);
  assert.equal(tradeTowardsTarget(0.1 + 0.2, 0.3), 0);
});

test('the same target twice leads to one order, from any position', () => {
  const shares = fc.integer({ min: -100, max: 100 });
  fc.assert(
    fc.property(shares, shares, (target, position) => {
      const trade = tradeTowardsTarget(target, position);
      assert.equal(tradeTowardsTarget(target, position + trade), 0);
    }),
  );
});
