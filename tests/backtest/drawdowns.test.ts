import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deepest, drawdowns } from '../../src/backtest/drawdowns.ts';

test('a drawdown goes from a peak to the day that reaches it again', () => {
  assert.deepEqual(drawdowns(100, [100, 90, 80, 100, 120, 60, 90]), [
    { peak: 0, trough: 2, end: 3, depth: 1 - 80 / 100 },
    { peak: 4, trough: 5, end: undefined, depth: 1 - 60 / 120 },
  ]);
});

test('a loss on the first day is a drawdown from the capital', () => {
  assert.deepEqual(drawdowns(100, [90, 110]), [{ peak: -1, trough: 0, end: 1, depth: 1 - 90 / 100 }]);
});

test('the deepest drawdowns come first', () => {
  const all = drawdowns(100, [100, 90, 100, 50, 100, 80]);
  assert.deepEqual(
    deepest(all, 2).map(({ trough }) => trough),
    [3, 5],
  );
});
