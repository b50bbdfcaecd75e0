// A Strategy is killed with orders that nobody has answered, and the manager that had not read them too: the next
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

/** The orders that stand in the outbox without an answer, and in no record. */
function idsOut(stack: Stack, outbox: string): string[] {
  const lines = textOf(outbox).split('\n').slice(0, -1);
  const read = lines.map((line) => JSON.parse(line));
  const done = new Set([...read, ...stack.orders().map(({ clOrdId }) => clOrdId)]);
  return read.map(({ clOrdId }) => clOrdId).filter((id) => id !== undefined && !done.has(id));
}

test('its orders are sent again by the next one, and traded once', { timeout: 180_000 }, async (t) => {
  const stack = await openStack(t);
  const outbox = path.join(stack.folder, 'crossover.outbox');
  const gateway = stack.start('gateway', ...GATEWAY);
  stack.start('orderbook');
  const strategy = stack.start('strategy');
  const manager = stack.start('order-manager');
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);
  manager.signal('SIGSTOP');
  await stack.until('orders wait for their reports', () => idsOut(stack, outbox).length > 5);
  for (const started of [strategy, manager]) {
    started.signal('SIGKILL');
    await stack.untilExited(started);
  }
  const left = idsOut(stack, outbox);

  stack.start('order-manager');
  const next = stack.start('strategy');
  await stack.until('orders are sent again', () => stack.counter('strategy.ordersResent') >= left.length);
  const filled = stack.counter('strategy.ordersFilled');
  await stack.until('orders go on', () => stack.counter('strategy.ordersFilled') > filled + 10);
  gateway.signal('SIGINT');
  await stack.untilExited(gateway);
  await stack.until('all are answered', () => stack.counter('strategy.ordersUnanswered') === 0);
  next.signal('SIGINT'); // it waits for the answers that are due
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
