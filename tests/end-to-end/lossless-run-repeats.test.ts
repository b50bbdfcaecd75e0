// A lossless replay at full speed gives the same orders every time: no tick is skipped, and each meets the
// same news.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openStack } from './stack.ts';

/** What two runs must have in common. Client order ids and times differ from run to run. */
async function ordersOfRun(t: TestContext, ...options: string[]) {
  const stack = await openStack(t);
  const run = stack.start('run', '--lossless', '--rate', 'max', '--news-every', '500ticks', ...options);
  assert.deepEqual(await stack.untilExited(run, 120_000), { status: 0, signal: null }, run.stderr);
  const { ticks } = stack.summary();
  assert.deepEqual([ticks.applied, ticks.seen, ticks.lapped, ticks.missed], [ticks.sent, ticks.sent, 0, 0]);
  return stack.orders().map(({ orderId, symbol, side, quantity, price, status, position }) => {
    return { orderId, symbol, side, quantity, price, status, position };
  });
}

test('two lossless runs of the same data and seed record the same orders', {
  timeout: 180_000,
}, async (t) => {
  const first = await ordersOfRun(t);
  assert.ok(first.length > 1_000, `${first.length} orders`);
  assert.deepEqual(await ordersOfRun(t), first);
});

test('a ring that is far too small slows the Gateway down and changes no order', {
  timeout: 180_000,
}, async (t) => {
  const [large, small] = [await ordersOfRun(t), await ordersOfRun(t, '--ring', '1024')];
  assert.deepEqual(small, large);
});

test('another seed gives other orders', { timeout: 180_000 }, async (t) => {
  assert.notDeepEqual(await ordersOfRun(t, '--seed', '2'), await ordersOfRun(t));
});
