import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buyAndHold } from '../../src/backtest/buy-and-hold.ts';
import { dayCloses } from '../../src/backtest/day-closes.ts';
import { DAY_MS, historyFrom } from './history.ts';

test('the capital is split equally, and each part buys its symbol at its first close', () => {
  const history = historyFrom([
    ['A', 9, 0],
    ['A', 10, 1],
    ['A', 20, DAY_MS],
    ['B', 5, DAY_MS],
    ['B', 10, 3 * DAY_MS],
  ]);
  const closes = dayCloses(history);
  assert.deepEqual([...closes.days], [0, 1, 3]);
  // 50 buys 5 A at 10; 50 stays cash, and then buys 10 B at 5
  assert.deepEqual([...buyAndHold(100, 2, closes)], [100, 150, 200]);
});
