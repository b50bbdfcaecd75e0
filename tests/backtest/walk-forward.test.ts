// What a walk-forward counts: the tests, and not the training periods before them.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeBacktest } from '../../src/backtest/backtest.ts';
import { dayText } from '../../src/backtest/day-closes.ts';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { type CommandLine, settingsFor } from '../../src/settings/settings.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

const FIRST_DAY = 10_000;
const TRAIN = 300;

/** Trades prices of successive days with the answers of onTick(symbol, price), which may use `tick` from 1 and `n`. */
async function walkedForward(
  t: TestContext,
  prices: readonly number[],
  { answer, more = '', ...options }: CommandLine & { answer: string; more?: string },
) {
  const folder = temporaryFolder(t);
  const [data, strategy] = [join(folder, 'prices.csv'), join(folder, 'strategy.mjs')];
  const rows = prices.map((price, day) => `${dayText(FIRST_DAY + day)},A,${price.toFixed(2)}\n`);
  writeFileSync(data, `date,symbol,price\n${more}${rows.join('')}`);
  writeFileSync(
    strategy,
    `export const parameters = { n: { kind: 'integer', default: 1, min: 1, max: 999, about: 'ticks' } };
    export default ({ n }, context) => {
      let tick = 0;
      return { onTick(symbol, price) { tick++; return ${answer}; } };
    };`,
  );
  const given = { config: false, data, strategy, walkForward: `train=${TRAIN}d,test=100d`, ...options };
  const { run, outcome } = await makeBacktest(settingsFor('backtest', given));
  return { trips: run.traded.trips, traded: run.traded, outcome };
}

function rising(days: number): number[] {
  return Array.from({ length: days }, (_, day) => day + 1);
}

test('a position from the training period is worth its price at the start of the test', async (t) => {
  const { trips, outcome } = await walkedForward(t, rising(400), {
    answer: 'tick < n ? 10 : 0',
    sweep: 'n=350..351',
  });
  const gain = outcome.measures.finalEquity - outcome.capital;
  assert.ok(gain >= 500 && gain <= 510);
  assert.deepEqual(
    trips.map(({ quantity, profit }) => [quantity, profit]),
    [[10, gain]],
  );
});

test('the round trips of tests with other parameters add up to the equity', async (t) => {
  const random = new SeededRandom(3);
  let price = 100;
  const prices = Array.from({ length: 800 }, () => {
    price *= 1 + (random.below(201) - 98) / 10_000;
    return price;
  });
  const lastMs = (FIRST_DAY + 799) * 86_400_000;
  const { trips, outcome, traded } = await walkedForward(t, prices, {
    answer: `context.timeMs >= ${lastMs} ? 0 : Math.floor(price * n) % 3 === 0 ? 'keep' : (Math.floor(price * n) % 7) - 3`,
    sweep: 'n=1..9',
    feeBps: '1',
  });
  const profit = trips.reduce((sum, trip) => sum + trip.profit, 0);
  assert.ok(traded.fills.length > 100);
  assert.ok(Math.abs(outcome.measures.finalEquity - outcome.capital - profit) < 1e-6);
});

test('a position that the next test starts with too is one round trip', async (t) => {
  const { trips } = await walkedForward(t, rising(600), {
    answer: 'price === 1 || price > 580 ? 0 : 10',
    sweep: 'n=1..2',
  });
  assert.deepEqual(
    trips.map(({ profit }) => profit),
    [10 * (581 - TRAIN)],
  );
});

test('orders that are rejected in the training period do not count', async (t) => {
  const { outcome } = await walkedForward(t, rising(400), {
    answer: 'tick % 2 === 0 ? 10 : 0',
    sweep: 'n=1..2',
    maxQuantity: '5',
  });
  assert.equal(outcome.notes.find((note) => note.includes('rejected'))?.split(' ')[0], '50');
});

test('orders that no tick of their test came for count, and not those of the training period', async (t) => {
  const onlyTick = `${dayText(FIRST_DAY)},B,1\n`;
  const { traded } = await walkedForward(t, rising(400), {
    more: onlyTick,
    answer: 'tick === 1 || tick === 399 ? 10 : "keep"',
    sweep: 'n=1..2',
    latency: '72h',
  });
  assert.equal(traded.unfilled, 1);
});
