// The order port with TLS and tokens through a crash.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardedStack } from '../end-to-end/guarded-stack.ts';

const LIMIT = { timeout: 180_000 };
const GATEWAY = ['--loop', '--rate', '5000', '--news-every', '20ms'];

test(
  'after kill -9 of the OrderManager, the strategy continues through TLS without losing an order',
  LIMIT,
  async (t) => {
    const guarded = await guardedStack(t);
    if (!guarded) return;
    const { stack, manager } = guarded;
    const gateway = stack.start('gateway', ...GATEWAY);
    const strategy = stack.start('strategy', ...guarded.strategy);
    stack.start('orderbook');
    const first = stack.start('order-manager', ...manager);
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);
    first.signal('SIGKILL');
    await stack.untilExited(first);
    await stack.until('the strategy has noticed', () => stack.counter('strategy.loggedOn') === 0);
    const before = stack.counter('strategy.ordersFilled');
    stack.start('order-manager', ...manager);
    await stack.until('more are filled', () => stack.counter('strategy.ordersFilled') > before + 10);
    gateway.signal('SIGINT');
    await stack.untilExited(gateway);
    strategy.signal('SIGINT');
    await stack.untilExited(strategy);
    assert.equal(stack.orders().length, stack.counter('strategy.ordersSent'));
  },
);
