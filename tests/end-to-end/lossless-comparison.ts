// A lossless run at full speed over a few thousand ticks, and the orders that it has to have.

import assert from 'node:assert/strict';
import path from 'node:path';
import type { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { RandomNewsFeed } from '../../src/gateway/feeds/random-news.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import type { ProcessName, Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { naiveOrders } from '../domain/naive-trader.ts';
import { csvOf, ticksOf, tradesOf } from './trades.ts';

const DATA = path.join(PROJECT_ROOT, 'data', 'dow30-1990-2001.csv');
const TICKS = 8_000;
const NEWS_TICKS = 9;
/** Nearly every tick with news decides something. */
const OPTIONS = [
  '--lossless',
  '--rate',
  'max',
  '--news-every',
  String(NEWS_TICKS),
  '--short',
  '1',
  '--long',
  '2',
];
export const LIMIT = { timeout: 240_000 };
export const PROCESSES: readonly ProcessName[] = ['gateway', 'orderbook', 'strategy', 'order-manager'];

const RULES = { short: 1, long: 2, bullish: 60, bearish: 40, quantity: 10 };
const ticks = ticksOf(DATA).slice(0, TICKS);
const news = new RandomNewsFeed({ seed: 1 });
const sentiments = Array.from({ length: Math.ceil(TICKS / NEWS_TICKS) }, () => news.next());
/** The orders of a run that nobody disturbs, by a second implementation of the rule. */
const undisturbed = naiveOrders(
  ticks,
  ticks.map((_, index) => sentiments[Math.floor(index / NEWS_TICKS)] ?? Number.NaN),
  RULES,
);
assert.ok(undisturbed.length > 500, `${undisturbed.length} orders`);

export function startRun(stack: Stack, ...options: string[]): StartedProcess {
  const data = stack.file('prices.csv', csvOf(ticks));
  return stack.start('run', '--data', data, ...OPTIONS, ...options);
}

/** Waits until the data of a run ends, and compares it with an undisturbed one. */
export async function assertSame(stack: Stack, run: StartedProcess): Promise<void> {
  assert.deepEqual(
    await stack.untilExited(run, 120_000),
    { status: 0, signal: null },
    run.stdout + run.stderr,
  );
  assert.deepEqual(tradesOf(stack.orders()), undisturbed);
  const { ticks, news, orders, mismatches } = stack.summary();
  const { sent, applied, seen, missed, lapped } = ticks;
  assert.deepEqual([sent, applied, seen, missed, lapped], [TICKS, TICKS, TICKS, 0, 0]);
  assert.deepEqual([news.sent, news.seen], [sentiments.length, sentiments.length]);
  assert.deepEqual([orders.sent, orders.recorded, mismatches], [undisturbed.length, undisturbed.length, []]);
  assert.deepEqual(await stack.leftovers(), []);
}

/** Waits until a random share of the orders is recorded, and returns the process of this name then. */
export async function inTheMiddle(stack: Stack, name: ProcessName, random: SeededRandom): Promise<number> {
  const orders = random.below(Math.floor(undisturbed.length * 0.9));
  await stack.until(
    `${orders} orders are recorded`,
    () => stack.counter(`${name}.pid`) > 0 && stack.counter('order-manager.ordersFilled') >= orders,
  );
  return stack.counter(`${name}.pid`);
}
