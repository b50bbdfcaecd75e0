// The connection between Strategy and OrderManager fails while orders are in flight: lost orders are sent
// again, lost reports are sent again, and no order is traded twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stack } from '../../tools/testing/stack.ts';
import { unusedPort } from '../../tools/testing/unused-port.ts';
import { FaultyLine } from '../end-to-end/faulty-line.ts';
import { openStack } from '../end-to-end/stack.ts';
import { positionsOf, tradesOf } from '../end-to-end/trades.ts';

const LIMIT = { timeout: 180_000 };
const GATEWAY = ['--loop', '--rate', '5000', '--news-every', '20ms'];

function unanswered(stack: Stack): number {
  const answered = stack.counter('strategy.ordersFilled') + stack.counter('strategy.ordersRejected');
  return stack.counter('strategy.ordersSent') - answered;
}

async function assertAllTradedOnce(stack: Stack): Promise<void> {
  const [gateway, strategy] = stack.processes;
  gateway.signal('SIGINT');
  await stack.untilExited(gateway);
  await stack.until('all ticks are seen', () => {
    const [reader] = stack.book?.readers() ?? [];
    return reader?.cursor === stack.counter('orderbook.ticksApplied'); // it attached late
  });
  await stack.until('all are answered', () => unanswered(stack) === 0);
  strategy.signal('SIGINT');
  await stack.untilExited(strategy);
  const orders = stack.orders();
  assert.equal(unanswered(stack), 0);
  assert.equal(orders.length, stack.counter('strategy.ordersSent'));
  assert.equal(new Set(orders.map(({ clOrdId }) => clOrdId)).size, orders.length);
  for (const held of positionsOf(tradesOf(orders)).values()) assert.equal(Math.abs(held), 10);
}

test('orders that a killed OrderManager had not read are sent again', LIMIT, async (t) => {
  const stack = await openStack(t);
  stack.start('gateway', ...GATEWAY);
  stack.start('strategy');
  stack.start('orderbook');
  const manager = stack.start('order-manager');
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);
  manager.signal('SIGSTOP');
  await stack.until('it is stopped', () => manager.isStopped);
  const sent = stack.counter('strategy.ordersSent');
  await stack.until('orders wait for their reports', () => stack.counter('strategy.ordersSent') > sent + 5);
  manager.signal('SIGKILL');
  await stack.untilExited(manager);

  stack.start('order-manager');
  await stack.until('orders are sent again', () => stack.counter('strategy.ordersResent') > 5);
  await assertAllTradedOnce(stack);
});

test('orders whose reports were lost are sent again, and traded once', LIMIT, async (t) => {
  const stack = await openStack(t);
  const port = await unusedPort();
  const line = await FaultyLine.lay(t, port, stack.orderPort);
  stack.start('gateway', ...GATEWAY);
  stack.start('strategy', '--order-port', String(port));
  stack.start('orderbook');
  stack.start('order-manager');
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);
  line.muted = true;
  const sent = stack.counter('strategy.ordersSent');
  await stack.until('orders whose reports are lost are recorded', () => stack.orders().length > sent + 5);
  line.cut();
  line.muted = false;
  await stack.until('the reports are sent again', () => stack.counter('order-manager.ordersRepeated') > 5);
  await assertAllTradedOnce(stack);
});
