import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roundTrips } from '../../src/backtest/round-trips.ts';
import { fillsOf } from './fills.ts';

const shown = (fills: ReturnType<typeof fillsOf>) =>
  roundTrips(fills).map(({ side, quantity, profit }) => ({ side, quantity, profit }));

test('a position that is enlarged and closed in parts is one round trip', () => {
  // 10 at 10 and 10 at 20: average 15; 5 closed at 18 earn 15, 15 closed at 14 lose 15
  const fills = fillsOf([10, 10, 1], [10, 20, 1], [-5, 18, 1], [-15, 14, 1]);
  assert.deepEqual(shown(fills), [{ side: 'long', quantity: 20, profit: -4 }]);
});

test('an order that reverses a position ends one round trip and begins another, and both pay for it', () => {
  // the reversing order has a fee of 3: 2 for the 20 shares that it closes, 1 for the 10 that it opens
  const fills = fillsOf([20, 10, 1], [-30, 12, 3], [10, 11, 1]);
  assert.deepEqual(shown(fills), [
    { side: 'long', quantity: 20, profit: 37 },
    { side: 'short', quantity: 10, profit: 8 },
  ]);
});

test('a position that is still open is no round trip', () => {
  assert.deepEqual(roundTrips(fillsOf([10, 10], [-5, 20])), []);
});
