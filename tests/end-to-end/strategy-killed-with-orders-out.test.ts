// kill -9 of a Strategy with unanswered orders, and of the OrderManager that has not read them: the next
// Strategy sends them again, and each is traded once.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Stack } from '../../tools/testing/stack.ts';
import { openStack } from './stack.ts';
import { positionsOf, tradesOf } from './trades.ts';

const GATEWAY = ['--loop', '--rate', '5000', '--news-every', '20ms'];

function textOf(outbox: string): string {
  return fs.readFileSync(outbox, 'latin1').split('\0', 1)[0];
}

/** The client order ids in the outbox that are neither answered nor recorded. */
function unansweredIds(stack: Stack, outbox: string): string[] {
  const lines = textOf(outbox).split('\n').slice(0, -1);
  const read = lines.map((line) => JSON.parse(line));
  const done = new Set([...read, ...stack.orders().map(({ clOrdId }) => clOrdId)]);
  return read.map(({ clOrdId }) => clOrdId).filter((id) => id !== undefined && !done.has(id));
}

test('the next Strategy sends the unanswered orders again, and each is traded once', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const outbox = path.join(stack.folder, `crossover.${stack.bookName}.outbox`);
  const gateway = stack.start('gateway', ...GATEWAY);
  stack.start('orderbook');
  const strategy = stack.start('strategy');
  const manager = stack.start('order-manager');
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);
  manager.signal('SIGSTOP');
  await stack.until('orders wait for their reports', () => unansweredIds(stack, outbox).length > 5);
  for (const started of [strategy, manager]) {
    started.signal('SIGKILL');
    await stack.untilExited(started);
  }
  const left = unansweredIds(stack, outbox);

  stack.start('order-manager');
  const next = stack.start('strategy');
  await stack.until('orders are sent again', () => stack.counter('strategy.ordersResent') >= left.length);
  const filled = stack.counter('strategy.ordersFilled');
  await stack.until('more orders are filled', () => stack.counter('strategy.ordersFilled') > filled + 10);
  gateway.signal('SIGINT');
  await stack.untilExited(gateway);
  await stack.until('all are answered', () => stack.counter('strategy.ordersUnanswered') === 0);
  next.signal('SIGINT'); // it waits for outstanding answers
  await stack.untilExited(next);

  const orders = stack.orders();
  const ids = orders.map(({ clOrdId }) => clOrdId);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(
    left.filter((id) => !ids.includes(id)),
    [],
    'each is recorded',
  );
  for (const [symbol, held] of positionsOf(tradesOf(orders))) assert.equal(Math.abs(held), 10, symbol);
  assert.equal(textOf(outbox), '', 'all are answered');
});
