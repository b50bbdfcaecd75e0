// What the counters of real processes say, when one is started again, and when there are two of a kind.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttachedPriceBook, PriceBookWriter } from '@tickline/price-book';
import { COUNTING_PROCESSES } from '../../src/monitoring/counter-table.ts';
import { LATENCY_BUCKETS } from '../../src/monitoring/latency.ts';
import { pipelineFaults } from '../../src/monitoring/pipeline-faults.ts';
import { processState } from '../../src/monitoring/process-state.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import { openStack } from '../end-to-end/stack.ts';

const LIMIT = { timeout: 180_000 };

function latencies(stack: Stack, name: 'strategy.decision' | 'strategy.report' | 'order-manager.received') {
  return LATENCY_BUCKETS.reduce((sum, bucket) => sum + stack.counter(`${name}${bucket.name}`), 0);
}

test('a killed process counts on where it stopped when it is started again', LIMIT, async (t) => {
  const stack = await openStack(t);
  stack.start('orderbook');
  const first = stack.start('gateway', '--loop');
  await stack.until('ticks are sent', () => stack.counter('gateway.ticksSent') > 100);
  assert.equal(stack.counter('gateway.starts'), 1);
  first.signal('SIGKILL');
  await stack.untilExited(first);
  const sent = stack.counter('gateway.ticksSent');

  const second = stack.start('gateway', '--loop');
  await stack.until('it counts', () => stack.counter('gateway.ticksSent') > sent);
  assert.equal(stack.counter('gateway.starts'), 2);
  assert.equal(stack.counter('gateway.pid'), second.pid);
});

test(
  'a process whose data has ended or that is asked to stop has ended, one that is killed is dead',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const orderbook = stack.start('orderbook');
    const manager = stack.start('order-manager');
    const strategy = stack.start('strategy');
    const book = await stack.untilBook();
    const counts = (name: 'strategy' | 'order-manager') => stack.counter(`${name}.heartbeatNs`) > 0;
    await stack.until('both count', () => counts('strategy') && counts('order-manager'));
    const prices = stack.file('prices.csv', 'timestamp,symbol,price\n2020-01-01,AAPL,1\n2020-01-02,AAPL,2\n');
    await stack.untilExited(stack.start('gateway', '--data', prices));
    strategy.signal('SIGTERM');
    await stack.untilExited(strategy);
    manager.signal('SIGKILL');
    await stack.untilExited(manager);
    const states = () => COUNTING_PROCESSES.map((name) => processState(book, name).state);
    assert.deepEqual(states(), ['ended', 'running', 'ended', 'dead']);
    orderbook.signal('SIGTERM');
    await stack.untilExited(orderbook);
    assert.deepEqual(states(), ['ended', 'ended', 'ended', 'dead']);
  },
);

test('of two strategies on one book the first counts, and the counters are its alone', LIMIT, async (t) => {
  const stack = await openStack(t);
  stack.start('order-manager');
  stack.start('orderbook');
  const counting = stack.start('strategy', '--strategy-name', 'counting');
  await stack.until('the first counts', () => stack.counter('strategy.pid') === counting.pid);
  stack.start('strategy', '--strategy-name', 'other');
  await stack.until('both read', () => stack.book?.readers().length === 2);
  const gateway = stack.start('gateway', '--loop');
  const ordersOf = (name: string) => stack.orders().filter(({ strategy }) => strategy === name).length;
  await stack.until('both trade', () => ordersOf('counting') > 10 && ordersOf('other') > 10);

  gateway.signal('SIGTERM');
  await stack.untilExited(gateway);
  await stack.until(
    'all ticks are seen',
    () => stack.counter('strategy.ticksSeen') === stack.counter('gateway.ticksSent'),
  );
  const answered = () => stack.counter('strategy.ordersFilled') + stack.counter('strategy.ordersRejected');
  await stack.until('all orders are answered', () => answered() === ordersOf('counting'));
  await stack.until('all are timed', () => latencies(stack, 'strategy.report') === ordersOf('counting'));
  await stack.until(
    'all are timed by the manager too',
    () => latencies(stack, 'order-manager.received') === ordersOf('counting') + ordersOf('other'),
  );
  assert.equal(stack.counter('strategy.starts'), 1);
  assert.ok(latencies(stack, 'strategy.decision') > 0);
  assert.ok(stack.counter('strategy.decisionSumNs') > 0);
});

test('a strategy that finds no reader slot for a while is counted once when it has one', LIMIT, async (t) => {
  const stack = await openStack(t);
  const book = new PriceBookWriter(['IBM'], stack.bookName);
  t.after(() => book.close());
  const reader = new AttachedPriceBook(stack.bookName, { readOnly: false });
  const others = Array.from({ length: reader.readerCapacity }, (_, i) => reader.claimSlot(`other-${i}`));
  stack.start('order-manager');
  const strategy = stack.start('strategy');
  await stack.until('it has looked for one', () => strategy.stdout.includes('reader slots'));
  for (const slot of others) slot.release();
  await stack.until('it reads', () => book.readers().some(({ pid }) => pid === strategy.pid));
  await stack.until('it counts', () => stack.counter('strategy.heartbeatNs') > 0);
  assert.equal(stack.counter('strategy.starts'), 1);
});

test('a stack that trades has no faults, and one that lost a process says which', LIMIT, async (t) => {
  const stack = await openStack(t);
  const manager = stack.start('order-manager');
  stack.start('orderbook');
  stack.start('strategy');
  stack.start('gateway', '--loop');
  const faults = () => (stack.book ? pipelineFaults(stack.book).map(({ fault }) => fault) : ['no book']);
  await stack.until('all is well', () => faults().length === 0);

  manager.signal('SIGKILL');
  await stack.untilExited(manager);
  await stack.until(
    'the strategy has noticed',
    () => faults().join() === 'not logged on to the OrderManager,dead',
  );

  stack.start('order-manager');
  await stack.until('all is well again', () => faults().length === 0);
});
