// However a run stops, it exits with status 0, its summary adds up, and it leaves nothing behind.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { assertEndsInOrder, running } from './ending-a-run.ts';
import { openStack } from './stack.ts';
import { csvOf } from './trades.ts';

const LIMIT = { timeout: 180_000 };

test(
  'SIGTERM to all processes, as systemd or kill sends it to a group, stops a run in order',
  LIMIT,
  async (t) => {
    const { stack, run } = await running(t, '--rate', '20000/s');
    for (const pid of run.group.toReversed()) process.kill(pid, 'SIGTERM'); // the run is the last that gets it
    await assertEndsInOrder(stack, run);
  },
);

test(
  'a run stops in order when its replay ends, and its summary says why rows were skipped',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const ticks = Array.from({ length: 200 }, (_, index) => ({ symbol: 'AAPL', price: 100 + index }));
    const bad = '1999-12-31,AAPL,-1\n1999-12-31,AAPL,\n31/12/1999,AAPL,1\n1999-12-31,AAPL,-2\n';
    const news = stack.file('news.csv', 'sentiment\n50\n60.5\n');
    const data = stack.file('prices.csv', csvOf(ticks) + bad);
    const run = stack.start('run', '--data', data, '--news-data', news);
    await assertEndsInOrder(stack, run);
    const summary = stack.summary();
    assert.deepEqual([summary.ticks.sent, summary.ticks.skippedRows], [ticks.length, 4]);
    assert.deepEqual(summary.skips, {
      prices: { 'price negative': 2, 'no price': 1, 'time not valid or unclear': 1 },
      news: { 'sentiment not a whole number': 1 },
    });
  },
);

test('./tickline run trades, stops at the end of the replay and leaves a summary', LIMIT, async (t) => {
  const stack = await openStack(t);
  const { pricePort, newsPort, orderPort, book, folder, ordersDb } = stack;
  const ports = { 'price-port': pricePort, 'news-port': newsPort, 'order-port': orderPort };
  const own = { ...ports, book, 'log-dir': folder, 'orders-db': ordersDb, duration: '5m' };
  const data = path.join(PROJECT_ROOT, 'data', 'stocks-2000-2010.csv');
  const options = { ...own, data, rate: 500, 'news-every': '20ms' };
  const words = Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]);
  const inStep = '--lossless'; // news and ticks wait for each other, so orders do not depend on timing
  const tickline = spawn(path.join(PROJECT_ROOT, 'tickline'), ['run', inStep, ...words], {
    cwd: folder,
    stdio: 'ignore',
  });
  assert.deepEqual(await once(tickline, 'exit'), [0, null]);
  const { ticks, orders } = stack.summary();
  assert.deepEqual([ticks.applied, ticks.seen], [ticks.sent, ticks.sent]);
  assert.ok(orders.filled > 0);
  assert.equal(stack.orders().length, orders.filled);
  assert.deepEqual(await stack.leftovers(), []);
});
