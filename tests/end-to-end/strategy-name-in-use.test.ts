// Two processes under one strategy name, from two folders.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { openStack } from './stack.ts';

const LIMIT = { timeout: 180_000 };

test(
  'a second process under one strategy name exits with one line, and the first trades on',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    stack.start('gateway', '--source', 'random', '--rate', '500', '--news-every', '20ms');
    stack.start('orderbook');
    stack.start('order-manager');
    const words = ['--short', '2', '--long', '3', '--outbox'];
    stack.start('strategy', ...words, path.join(stack.folder, 'first.outbox'));
    await stack.until('the first trades', () => stack.counter('strategy.ordersFilled') > 0);
    const second = stack.start('strategy', ...words, path.join(stack.folder, 'second.outbox'));
    const { status } = await stack.untilExited(second);
    assert.equal(status, 2);
    assert.match(
      second.stderr,
      /^tickline strategy: another process trades as "crossover" .*: stop it, or .*\n$/,
    );
    assert.equal(stack.counter('strategy.orderConnections'), 1);
    const before = stack.counter('strategy.ordersFilled');
    await stack.until('the first trades on', () => stack.counter('strategy.ordersFilled') > before);
  },
);
