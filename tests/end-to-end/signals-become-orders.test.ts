// Buy, sell and neutral signals of prices and news lead, through all four processes, to the right orders in
// the record.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { type NaiveOrder, type NaiveTick, naiveOrders } from '../domain/naive-trader.ts';
import { testSeed } from '../seed.ts';
import { openStack } from './stack.ts';
import { csvOf, MARKET_TIME, tradesOf } from './trades.ts';

const RULES = { short: 2, long: 3, bullish: 60, bearish: 40, quantity: 10 };

/** Runs a replay in which every tick has its own sentiment, and returns the trades. */
async function trade(
  t: TestContext,
  ticks: readonly NaiveTick[],
  sentiments: readonly number[],
): Promise<NaiveOrder[]> {
  const stack = await openStack(t);
  const rules = Object.entries(RULES).flatMap(([key, value]) => [`--${key}`, String(value)]);
  const data = stack.file('prices.csv', csvOf(ticks));
  const newsData = stack.file('news.csv', `${sentiments.join('\n')}\n`);
  const feed = [
    '--rate',
    'max',
    '--lossless',
    '--data',
    data,
    '--news-data',
    newsData,
    '--news-every',
    '1tick',
  ];
  const run = stack.start('run', ...feed, ...rules);
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  assert.equal(stack.summary().ticks.seen, ticks.length);
  assert.equal(stack.summary().marketTimeMs, MARKET_TIME);
  for (const { marketTime } of stack.orders()) assert.equal(marketTime, MARKET_TIME);
  return tradesOf(stack.orders());
}

interface Case {
  readonly name: string;
  /** Prices of one symbol, each with the sentiment at its time. */
  readonly script: readonly (readonly [price: number, sentiment: number])[];
  readonly orders: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'RISE.GOOD',
    script: [
      [10, 50],
      [11, 50],
      [12, 61],
    ],
    orders: ['BUY 10 @ 12'],
  },
  {
    name: 'FALL.BAD',
    script: [
      [12, 50],
      [11, 50],
      [10, 39],
    ],
    orders: ['SELL 10 @ 10'],
  },
  {
    name: 'RISE.BAD',
    script: [
      [10, 50],
      [11, 50],
      [12, 39],
    ],
    orders: [],
  },
  {
    name: 'FALL.GOOD',
    script: [
      [12, 50],
      [11, 50],
      [10, 61],
    ],
    orders: [],
  },
  {
    name: 'RISE.NEUTRAL',
    script: [
      [10, 50],
      [11, 50],
      [12, 50],
    ],
    orders: [],
  },
  {
    name: 'RISE.AT.LIMIT',
    script: [
      [10, 50],
      [11, 50],
      [12, 60],
    ],
    orders: [],
  },
  {
    name: 'FALL.AT.LIMIT',
    script: [
      [12, 50],
      [11, 50],
      [10, 40],
    ],
    orders: [],
  },
  {
    name: 'EQUAL.GOOD',
    script: [
      [10, 50],
      [10, 50],
      [10, 100],
    ],
    orders: [],
  },
  {
    name: 'EQUAL.BAD',
    script: [
      [10, 50],
      [10, 50],
      [10, 0],
    ],
    orders: [],
  },
  {
    name: 'NOT.FULL',
    script: [
      [10, 100],
      [20, 100],
    ],
    orders: [],
  },
  {
    name: 'BUY.ONCE',
    script: [
      [10, 70],
      [11, 70],
      [12, 70],
      [13, 70],
      [14, 70],
    ],
    orders: ['BUY 10 @ 12'],
  },
  {
    name: 'TURN',
    script: [
      [10, 70],
      [11, 70],
      [12, 70],
      [8, 50],
      [7, 30],
      [6, 30],
      [20, 70],
    ],
    orders: ['BUY 10 @ 12', 'SELL 20 @ 7', 'BUY 20 @ 20'],
  },
];

test('each combination of price signal and news signal leads to its orders and no others', {
  timeout: 180_000,
}, async (t) => {
  const ticks = CASES.flatMap(({ name, script }) => script.map(([price]) => ({ symbol: name, price })));
  const sentiments = CASES.flatMap(({ script }) => script.map(([, sentiment]) => sentiment));
  const traded = await trade(t, ticks, sentiments);
  for (const { name, orders } of CASES) {
    const found = traded
      .filter(({ symbol }) => symbol === name)
      .map(({ side, quantity, price }) => `${side} ${quantity} @ ${price}`);
    assert.deepEqual(found, orders, name);
  }
});

test('four thousand random ticks of five symbols lead to the orders of a naive model', {
  timeout: 180_000,
}, async (t) => {
  const random = new SeededRandom(testSeed);
  const ticks = Array.from({ length: 4_000 }, () => ({
    symbol: `S${random.below(5)}`,
    price: 100 + random.below(8),
  }));
  const sentiments = ticks.map(() => random.below(101));
  const expected = naiveOrders(ticks, sentiments, RULES);
  assert.ok(expected.length > 100);
  assert.deepEqual(await trade(t, ticks, sentiments), expected);
});
