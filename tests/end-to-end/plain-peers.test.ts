// Each of the four processes is replaced by the one in plain Python, which speaks the assignment's protocol alone.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import { openStack } from './stack.ts';
import { written } from './wrong-strategies.ts';

const LIMIT = { timeout: 180_000 };
const TRADES = 5;
const CONFIRMATION = /^Received Order \d+: (BUY|SELL) \d+ [A-Z\d]+ @ \d+\.\d\d$/gm;
const QUICK = ['--short', '2', '--long', '3'];
const OPTION = 'AAPL261218C00250000';

/** Starts a process of examples/plain in the stack. */
function startPlain(stack: Stack, name: string, ...words: string[]) {
  return stack.spawn(`plain ${name}`, [
    'python3',
    '-u',
    path.join(PROJECT_ROOT, 'examples', 'plain', `${name}.py`),
    ...words,
  ]);
}

function startPlainGateway(stack: Stack) {
  const ports = ['--price-port', String(stack.pricePort), '--news-port', String(stack.newsPort)];
  return startPlain(stack, 'gateway', ...ports, '--interval', '0.01');
}

function startGateway(stack: Stack, ...words: string[]) {
  return stack.start('gateway', '--source', 'random', '--rate', '500', '--news-every', '20ms', ...words);
}

function trades(stdout: string): string[] {
  return stdout.match(CONFIRMATION) ?? [];
}

test('a plain Gateway feeds our other three processes', LIMIT, async (t) => {
  const stack = await openStack(t);
  startPlainGateway(stack);
  stack.start('orderbook');
  const manager = stack.start('order-manager');
  const strategy = stack.start('strategy', ...QUICK);
  await stack.until('orders are executed', () => trades(manager.stdout).length >= TRADES);
  assert.match(strategy.stdout, /a plain Gateway/);
  assert.equal(strategy.stdout.match(/a plain Gateway/g)?.length, 1);
  assert.ok(stack.orders().length >= TRADES);
  assert.ok(stack.orders().every(({ symbol }) => ['AAPL', 'MSFT', 'IBM'].includes(symbol)));
});

test(
  'a plain OrderBook stands between our Gateway and our Strategy, with the name of an option',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    startGateway(stack, '--symbols', OPTION);
    startPlain(stack, 'orderbook', '--book', stack.bookName, '--price-port', String(stack.pricePort));
    const manager = stack.start('order-manager');
    stack.start('strategy', ...QUICK);
    await stack.until('orders are executed', () => trades(manager.stdout).length >= TRADES);
    assert.ok(stack.orders().every(({ symbol }) => symbol === OPTION));
  },
);

test('a plain Strategy trades on our price book with our OrderManager', LIMIT, async (t) => {
  const stack = await openStack(t);
  startGateway(stack);
  stack.start('orderbook');
  const manager = stack.start('order-manager');
  const ports = ['--news-port', String(stack.newsPort), '--order-port', String(stack.orderPort)];
  startPlain(stack, 'strategy', '--book', stack.bookName, ...ports, ...QUICK);
  await stack.until('orders are executed', () => trades(manager.stdout).length >= TRADES);
});

test('a plain OrderManager takes the orders of our Strategy', LIMIT, async (t) => {
  const stack = await openStack(t);
  startGateway(stack);
  stack.start('orderbook');
  const manager = startPlain(stack, 'order_manager', '--order-port', String(stack.orderPort));
  const strategy = stack.start('strategy', ...QUICK, '--plain-orders');
  await stack.until('orders are printed', () => trades(manager.stdout).length >= TRADES);
  assert.equal(strategy.stdout.match(/a plain OrderManager/g)?.length, 1);
});

test('a strategy that fails on a report is not called again, and sends no other order', LIMIT, async (t) => {
  const stack = await openStack(t);
  startGateway(stack, '--rate', '20000');
  stack.start('orderbook');
  const manager = startPlain(stack, 'order_manager', '--order-port', String(stack.orderPort));
  await stack.until('ticks flow', () => stack.counter('orderbook.ticksApplied') > 0);
  const file = written(
    stack,
    'fails.ts',
    "export default () => ({ onTick: () => 10, onReport() { throw new Error('boom') } })",
  );
  const strategy = stack.start('strategy', '--plain-orders', '--strategy', file); // a report comes while its order is sent
  assert.deepEqual(await stack.untilExited(strategy), { status: 2, signal: null });
  assert.match(strategy.stderr, /onReport threw Error: boom/);
  await stack.until('the order is printed', () => trades(manager.stdout).length > 0);
  assert.equal(stack.counter('strategy.ordersSent'), 1);
});
