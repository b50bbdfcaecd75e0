// Four processes, each started alone as in a terminal of its own, in whatever order: they find each other and trade.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tradesOf } from './naive-trading.ts';
import { type ProcessName, Stack } from './stack.ts';

const ORDERS: readonly (readonly ProcessName[])[] = [
  ['strategy', 'gateway', 'order-manager', 'orderbook'],
  ['gateway', 'orderbook', 'strategy', 'order-manager'],
  ['order-manager', 'orderbook', 'strategy', 'gateway'],
];

/** Something that only a running process of the name does. */
const SIGN: Readonly<Record<ProcessName, RegExp>> = {
  gateway: /prices on .*waiting for the first client/,
  orderbook: /\/dev\/shm\/tickline-.* made/,
  strategy: /no OrderManager, so no orders|logged on/,
  'order-manager': /orders on .*recorded in/,
};

const OPTIONS: Readonly<Record<ProcessName, readonly string[]>> = {
  gateway: ['--loop', '--news-interval', '20'],
  orderbook: [],
  strategy: [],
  'order-manager': ['--fsync', 'off'],
};

for (const order of ORDERS) {
  test(`started as ${order.join(', ')}, all are connected and trade`, { timeout: 40_000 }, async (t) => {
    const stack = await Stack.of(t);
    for (const name of order) {
      const started = stack.start(name, ...OPTIONS[name]);
      await stack.until(`the ${name} runs`, () => SIGN[name].test(started.stdout));
    }
    await stack.untilConnected();
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);

    for (const started of stack.started) started.signal('SIGINT');
    for (const started of stack.started)
      assert.deepEqual(await stack.untilEnded(started), { status: 0, signal: null }, started.stderr);
    assert.ok(tradesOf(stack.orders()).length > 10);
    assert.deepEqual(await stack.leftovers(), []);
  });
}
