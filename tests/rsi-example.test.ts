// examples/strategies/rsi.ts: alone, and through the trader.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import createRsi from '../examples/strategies/rsi.ts';
import { Market } from './domain/market.ts';
import { contextWith } from './domain/strategies/context.ts';

const SETTINGS = { window: 14, oversold: 30, overbought: 70, quantity: 10 };

// The worked example of Wilder's index at StockCharts.com: its first value is 70.53, and the next five are 66.32, 66.55,
// 69.41, 66.36 and 57.97.
const WARMING = [
  44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328,
  45.614, 46.282,
];
const FIRST = 46.282;
const NEXT = [46.0028, 46.0328, 46.4116, 46.2222, 45.6439];

/** What the strategy answers to a price after the warming ones. */
function answers(limits: { oversold?: number; overbought?: number }, positions: number[] = []): unknown[] {
  const strategy = createRsi({ ...SETTINGS, ...limits }, contextWith(positions));
  return [...WARMING, FIRST, ...NEXT].map((price) => strategy.onTick(0, price, Number.NaN));
}

test('the index has the values of the published example', () => {
  const warming = WARMING.map(() => 'keep');
  const above = (overbought: number) => answers({ overbought }, [-10]).slice(WARMING.length);
  assert.deepEqual(answers({}, [-10]).slice(0, WARMING.length), warming);
  assert.deepEqual(above(70.52), [-10, 'keep', 'keep', 'keep', 'keep', 'keep']);
  assert.deepEqual(above(70.54), ['keep', 'keep', 'keep', 'keep', 'keep', 'keep']);
  assert.deepEqual(above(69.4), [-10, 'keep', 'keep', -10, 'keep', 'keep']);
  assert.deepEqual(above(66.34), [-10, 'keep', -10, -10, -10, 'keep']);
  assert.deepEqual(above(57.96), [-10, -10, -10, -10, -10, -10]);
});

test('it buys when oversold, sells when overbought, and goes flat when the index is back in the middle', () => {
  const market = new Market((context) => createRsi({ ...SETTINGS, window: 2, quantity: 0.015 }, context));
  market.list('A', 'B');
  for (const price of [100, 99, 98, 99, 102, 103, 102, 101]) {
    market.tick([[0, price]]);
    if (market.pending.length > 0) market.fill();
  }
  assert.deepEqual(market.orderTexts, [
    'BUY 0.015 A @ 98', // 0
    'SELL 0.015 A @ 99', // 50
    'SELL 0.015 A @ 102', // 87.5
    'BUY 0.015 A @ 101', // 30.6
  ]);
});

test('each symbol has its own index', () => {
  const market = new Market((context) => createRsi({ ...SETTINGS, window: 2 }, context));
  market.list('A', 'B');
  for (const price of [100, 99]) market.tick([[0, price]]);
  for (const price of [98, 97]) market.tick([[1, price]]);
  assert.deepEqual(market.orderTexts, []);
});
