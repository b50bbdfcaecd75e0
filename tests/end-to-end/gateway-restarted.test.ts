// A Gateway without an orchestrator dies and a new one is started: the other processes reconnect by
// themselves.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStack, untilConnected } from './stack.ts';

const GATEWAY = ['--loop', '--rate', '5000', '--news-every', '20ms'];

for (const signal of ['SIGKILL', 'SIGINT'] as const) {
  test(`ticks, news and orders continue when the Gateway is restarted after ${signal}`, {
    timeout: 180_000,
  }, async (t) => {
    const stack = await openStack(t);
    const first = stack.start('gateway', ...GATEWAY);
    const others = [stack.start('orderbook'), stack.start('strategy'), stack.start('order-manager')];
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);
    assert.equal(stack.counter('orderbook.gaps'), 0);

    first.signal(signal);
    await stack.untilExited(first);
    const filled = stack.counter('strategy.ordersFilled');
    const applied = stack.counter('orderbook.ticksApplied');
    stack.start('gateway', ...GATEWAY);
    await untilConnected(stack);
    await stack.until('ticks continue', () => stack.counter('orderbook.ticksApplied') > applied + 1_000);
    await stack.until('orders continue', () => stack.counter('strategy.ordersFilled') > filled + 10);
    assert.equal(stack.counter('orderbook.gaps'), 1);
    for (const process of others) assert.equal(process.exit, undefined, 'no other process has died');
  });
}
