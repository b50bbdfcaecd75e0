import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monthlyReturns } from '../../src/backtest/monthly-returns.ts';

const day = (text: string) => Date.parse(text) / 86_400_000;

test('a month goes from the last equity before it to the last within it', () => {
  const curve = {
    capital: 100,
    days: ['1995-01-30', '1995-01-31', '1995-02-10', '1995-12-29', '1996-01-02'].map(day),
    equity: [105, 110, 99, 198, 99],
  };
  const [first, second] = monthlyReturns(curve);
  const rounded = (value: number | undefined) => value && Math.round(value * 1e6) / 1e6;
  assert.deepEqual([first.year, second.year], [1995, 1996]);
  assert.deepEqual([first.months[0], first.months[1], first.months[2], first.months[11]].map(rounded), [
    0.1,
    -0.1,
    undefined,
    1,
  ]);
  assert.deepEqual([first.total, second.months[0], second.total].map(rounded), [0.98, -0.5, -0.5]);
});
