// Orders in shared memory: kill -9 of both ends with orders unanswered, and the next Strategy on the same path, then on the
// other one. Each order is traded once, whatever path it was sent again by.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { laneId, lanePath } from '../../src/order-lane/lane-file.ts';
import { unansweredIn } from '../../src/order-lane/lane-scan.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack } from './stack.ts';
import { positionsOf, tradesOf } from './trades.ts';

const GATEWAY = ['--loop', '--rate', '5000', '--news-every', '20ms'];
/** A strategy counts an order before it keeps it: each kill may come between. */
const KILLS = 2;
const SHARED = ['--order-path', 'shared'];

/** Kills both ends while the OrderManager, which is stopped, has not read the last orders. Returns how many. */
async function killWithOrdersOut(
  stack: Stack,
  lane: string,
  [strategy, manager]: readonly [StartedProcess, StartedProcess],
): Promise<number> {
  await stack.until('the OrderManager reads a lane', () => stack.counter('order-manager.lanes') === 1);
  const filled = stack.counter('strategy.ordersFilled');
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > filled + 10);
  manager.signal('SIGSTOP');
  await stack.until('orders wait for their reports', () => unansweredIn(lane) > 5);
  for (const started of [strategy, manager]) {
    started.signal('SIGKILL');
    await stack.untilExited(started);
  }
  return unansweredIn(lane);
}

test('orders by a lane are traded once over kills of both ends and a change to TCP', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const outbox = path.join(stack.folder, `crossover.${stack.bookName}.outbox`);
  const lane = lanePath(stack.bookName, 'crossover', laneId(outbox));
  const gateway = stack.start('gateway', ...GATEWAY);
  stack.start('orderbook');
  let strategy = stack.start('strategy', ...SHARED);
  let manager = stack.start('order-manager');
  for (const words of [SHARED, []]) {
    const left = await killWithOrdersOut(stack, lane, [strategy, manager]);
    const resent = stack.counter('strategy.ordersResent');
    const filled = stack.counter('strategy.ordersFilled');
    manager = stack.start('order-manager');
    strategy = stack.start('strategy', ...words);
    await stack.until('they are sent again', () => stack.counter('strategy.ordersResent') >= resent + left);
    await stack.until('more are filled', () => stack.counter('strategy.ordersFilled') > filled + left + 10);
  }
  assert.ok(!fs.existsSync(lane), 'the lane is removed when its orders go by TCP');
  assert.equal(stack.counter('order-manager.lanes'), 0);
  gateway.signal('SIGINT');
  await stack.untilExited(gateway);
  await stack.until('all are answered', () => stack.counter('strategy.ordersUnanswered') === 0);
  strategy.signal('SIGINT');
  await stack.untilExited(strategy);

  const orders = stack.orders();
  const ids = orders.map(({ clOrdId }) => clOrdId);
  assert.equal(new Set(ids).size, ids.length, 'each order is executed once');
  const onlyCounted = stack.counter('strategy.ordersSent') - ids.length;
  assert.ok(onlyCounted >= 0 && onlyCounted <= KILLS, `${onlyCounted} orders were counted and not kept`);
  for (const [symbol, held] of positionsOf(tradesOf(orders))) assert.equal(Math.abs(held), 10, symbol);
});

test('a lane that is damaged while in use ends its Strategy with a line, and the next one trades on', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const outbox = path.join(stack.folder, `crossover.${stack.bookName}.outbox`);
  const lane = lanePath(stack.bookName, 'crossover', laneId(outbox));
  stack.start('gateway', ...GATEWAY);
  stack.start('orderbook');
  const manager = stack.start('order-manager');
  const strategy = stack.start('strategy', ...SHARED);
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);
  manager.signal('SIGSTOP');
  await stack.until('orders wait for their reports', () => unansweredIn(lane) > 5);
  const bytes = Buffer.alloc(64, 0xff);
  const fd = fs.openSync(lane, 'r+');
  for (let at = 4096; at < fs.fstatSync(fd).size; at += 128) fs.writeSync(fd, bytes, 0, bytes.length, at);
  fs.closeSync(fd);
  manager.signal('SIGCONT');
  await stack.untilExited(strategy);
  assert.match(strategy.stdout + strategy.stderr, /lane .* is damaged: /);

  const filled = stack.counter('strategy.ordersFilled');
  const next = stack.start('strategy', ...SHARED);
  await stack.until('more are filled', () => stack.counter('strategy.ordersFilled') > filled + 10);
  assert.match(next.stdout, /the order lane .* was damaged: .* made a new one/);
  next.signal('SIGINT');
  await stack.untilExited(next);
  assert.ok(!fs.existsSync(lane), 'and is removed at a stop');
  const ids = stack.orders().map(({ clOrdId }) => clOrdId);
  assert.equal(new Set(ids).size, ids.length);
});

test('a Strategy whose lane cannot be read by its OrderManager says so and exits', {
  timeout: 120_000,
}, async (t) => {
  const stack = await openStack(t);
  stack.start('order-manager', '--stack', `${stack.bookName}-other`);
  await stack.untilServed(stack.orderPort);
  const strategy = stack.start('strategy', ...SHARED);
  const { status } = await stack.untilExited(strategy);
  assert.equal(status, 1);
  assert.match(strategy.stderr, /orders cannot go by the order lane: .* not there; .* --order-path tcp/);
});
