// examples/python/mean_reversion.py in the place of our Strategy.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { openStack } from './stack.ts';

const SCRIPT = path.join(PROJECT_ROOT, 'examples', 'python', 'mean_reversion.py');
const NAME = 'python';

test('a strategy in Python trades towards its target, also when the OrderManager and the OrderBook are killed', {
  timeout: 120_000,
}, async (t) => {
  const stack = await openStack(t);
  stack.start('gateway', '--source', 'random', '--symbols', 'AAPL,MSFT', '--rate', '500');
  let orderBook = stack.start('orderbook');
  let manager = stack.start('order-manager');
  const words = ['--book', stack.bookName, '--order-port', String(stack.orderPort), '--window', '3'];
  const start = () =>
    stack.spawn('python strategy', [
      'python3',
      '-u',
      SCRIPT,
      ...words,
      '--band',
      '0.0001',
      '--quantity',
      '0.5',
    ]);
  const strategy = start();
  const filled = () => strategy.stdout.match(/^FILLED/gm)?.length ?? 0;
  const untilMoreTrades = async (cause: string) => {
    const before = filled();
    await stack.until(`trades ${cause}`, () => filled() >= before + 10);
  };
  await untilMoreTrades('at the start');

  const second = start();
  assert.deepEqual(await stack.untilExited(second), { status: 1, signal: null });
  assert.match(second.stderr, /^order port: logon: NAME_IN_USE.*\n$/);

  manager.signal('SIGKILL');
  await stack.untilExited(manager);
  manager = stack.start('order-manager');
  await untilMoreTrades('after the OrderManager was killed');
  orderBook.signal('SIGKILL');
  await stack.untilExited(orderBook);
  orderBook = stack.start('orderbook');
  await untilMoreTrades('after the OrderBook was killed');

  strategy.signal('SIGTERM');
  assert.deepEqual(await stack.untilExited(strategy), { status: 0, signal: null }, strategy.stderr);
  assert.match(strategy.stderr, /^(waiting: .*\n)+$/);
  const orders = stack.orders();
  assert.ok(orders.some(({ position }) => position === 0));
  for (const { strategy: name, position } of orders) {
    assert.equal(name, NAME);
    assert.ok([-0.5, 0, 0.5].includes(position), String(position));
  }
  assert.equal(new Set(orders.map(({ clOrdId }) => clOrdId)).size, orders.length);
});
