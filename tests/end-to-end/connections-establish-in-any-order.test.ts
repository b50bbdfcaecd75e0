// Four processes, each started alone as in a terminal of its own, in whatever order: they find each other and
// trade.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { accepts } from '../../src/transport/ports.ts';
import type { ProcessName, Stack } from '../../tools/testing/stack.ts';
import { hasLog, openStack, untilConnected } from './stack.ts';
import { tradesOf } from './trades.ts';

const ORDERS: readonly (readonly ProcessName[])[] = [
  ['strategy', 'gateway', 'order-manager', 'orderbook'],
  ['gateway', 'orderbook', 'strategy', 'order-manager'],
  ['order-manager', 'orderbook', 'strategy', 'gateway'],
];

/** Whether the process has started to connect to the others. */
const RUNS: Readonly<Record<ProcessName, (stack: Stack) => Promise<boolean> | boolean>> = {
  gateway: ({ newsPort }) => accepts(LOOPBACK, newsPort),
  orderbook: ({ book }) => book !== undefined,
  strategy: (stack) => hasLog(stack, 'strategy'),
  'order-manager': ({ orderPort }) => accepts(LOOPBACK, orderPort),
};

const OPTIONS: Readonly<Record<ProcessName, readonly string[]>> = {
  gateway: ['--loop', '--news-every', '20ms'],
  orderbook: [],
  strategy: [],
  'order-manager': [],
};

for (const order of ORDERS) {
  test(`started as ${order.join(', ')}, all are connected and trade`, { timeout: 180_000 }, async (t) => {
    const stack = await openStack(t);
    for (const name of order) {
      stack.start(name, ...OPTIONS[name]);
      await stack.until(`the ${name} runs`, () => RUNS[name](stack));
    }
    await untilConnected(stack);
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);

    for (const started of stack.processes) started.signal('SIGINT');
    for (const started of stack.processes)
      assert.deepEqual(await stack.untilExited(started), { status: 0, signal: null }, started.stderr);
    assert.ok(tradesOf(stack.orders()).length > 10);
    assert.deepEqual(await stack.leftovers(), []);
  });
}
