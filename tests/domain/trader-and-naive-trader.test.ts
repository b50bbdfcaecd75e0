// The whole rule in memory, from ticks and news to orders, against a second implementation of it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCrossover } from '../../src/domain/strategies/crossover.ts';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { ticksOf as rowsOf } from '../end-to-end/trades.ts';
import fc from '../property.ts';
import { testSeed } from '../seed.ts';
import { type BatchTick, Market, symbolsOf, ticksOf } from './market.ts';
import { type NaiveOrder, type NaiveTick, naiveOrders } from './naive-trader.ts';

/** Another one than the market begins with, whose news is known already. */
const RUN_ID = 43;
const RULES = { short: 2, long: 3, bullish: 60, bearish: 40, quantity: 10 };

/** How many ticks, sentiments and reports arrive in one step, at most. */
interface Step {
  readonly ticks: number;
  readonly news: number;
  readonly reports: number;
}

function ordersOf(market: Market): NaiveOrder[] {
  return market.orders.map(({ symbol, side, quantity, price }) => ({ symbol, side, quantity, price }));
}

/**
 * Runs a lossless trader whose ticks, news and reports arrive in these steps, repeated until the ticks end.
 */
function tradeInSteps(ticks: readonly NaiveTick[], sentiments: readonly number[], steps: readonly Step[]) {
  const market = new Market((context) => createCrossover(RULES, context), { lossless: true });
  const symbols = symbolsOf(ticks);
  market.list(...symbols);
  const batch = ticks.map(
    ({ symbol, price }, row): BatchTick => ({
      symbol: symbols.indexOf(symbol),
      price,
      sequence: row + 1,
      timeNs: 0,
    }),
  );
  const { trader } = market;
  trader.news.begin(RUN_ID, 1);
  trader.beginRun(RUN_ID, []);
  let tick = 0;
  let news = 0;
  for (let step = 0; tick < ticks.length; step++) {
    const now = steps[step % steps.length];
    for (let i = 0; i < now.news && news < sentiments.length; i++) {
      trader.news.mark(news + 1);
      trader.onSentiment(sentiments[news], news + 1);
      news++;
      if (news === sentiments.length) trader.news.mark(news + 1);
    }
    tick += trader.onTicks(ticksOf(batch.slice(tick, tick + now.ticks)), 0);
    for (let i = 0; i < now.reports && market.pending.length > 0; i++) market.fill();
  }
  return ordersOf(market);
}

const AT_ONCE: Step = { ticks: 1_000, news: 1_000, reports: 1 };

test('over real prices the trader sends the orders of the naive trader', () => {
  const ticks = rowsOf(join(PROJECT_ROOT, 'data', 'stocks-2000-2010.csv'));
  const random = new SeededRandom(testSeed);
  const sentiments = ticks.map(() => random.below(101));
  const expected = naiveOrders(ticks, sentiments, RULES);
  assert.ok(expected.length > 50, `${expected.length} orders`);
  assert.deepEqual(tradeInSteps(ticks, sentiments, [AT_ONCE]), expected);
});

test('however ticks, news and reports interleave, a lossless trader sends the same orders', () => {
  const tick = fc.record({
    symbol: fc.constantFrom('A', 'B', 'C'),
    price: fc.integer({ min: 1, max: 5 }),
    sentiment: fc.nat(100),
  });
  const step = fc.record({ ticks: fc.nat(4), news: fc.nat(3), reports: fc.nat(2) });
  const steps = fc.array(step, { maxLength: 20 }).map((some) => [...some, { ticks: 1, news: 1, reports: 1 }]);
  fc.assert(
    fc.property(fc.array(tick, { maxLength: 80 }), steps, (ticks, steps) => {
      const sentiments = ticks.map(({ sentiment }) => sentiment);
      assert.deepEqual(tradeInSteps(ticks, sentiments, steps), naiveOrders(ticks, sentiments, RULES));
    }),
    { numRuns: 300 },
  );
});
