// A run and a second strategy in a terminal of its own, on one price book.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { strategiesOf } from '../../src/monitoring/strategies.ts';
import { openStack } from './stack.ts';

test('each strategy has its counters, its row in the summary, in stat and in /metrics', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', '--loop', '--rate', '2000', '--news-every', '20ms', '--dashboard');
  await stack.until('the run trades', () => stack.counter('strategy.ordersFilled') > 5);
  const words = ['--strategy-name', 'second', '--short', '2', '--long', '3'];
  const second = stack.start('strategy', ...words, '--outbox', path.join(stack.folder, 'second.outbox'));
  const counted = (name: string) =>
    (stack.book ? strategiesOf(stack.book) : []).find((strategy) => strategy.name === name);
  await stack.until(
    'the second trades',
    () => (counted('second')?.counter('strategy.ordersFilled') ?? 0) > 5,
  );
  assert.equal(stack.counter('strategy.pid'), counted('crossover')?.pid);
  assert.equal(counted('second')?.pid, second.pid);

  const scrape = await (await fetch(`http://127.0.0.1:${stack.dashboardPort}/metrics`)).text();
  for (const name of ['crossover', 'second'])
    assert.match(
      scrape,
      new RegExp(`^tickline_strategy_orders_filled_total\\{strategy="${name}"\\} [1-9]`, 'm'),
    );
  const stat = stack.start('stat', '--once');
  await stack.untilExited(stat);
  for (const name of ['crossover', 'second'])
    assert.match(stat.stdout, new RegExp(`^${name} +running `, 'm'));

  second.signal('SIGTERM');
  await stack.untilExited(second);
  run.signal('SIGTERM');
  await stack.untilExited(run);
  const summary = stack.summary();
  const [first, other] = ['crossover', 'second'].map((name) => {
    const orders = stack.orders().filter(({ strategy }) => strategy === name);
    const row = summary.strategies.find((strategy) => strategy.name === name);
    assert.equal(row?.orders.filled, orders.length);
    assert.ok(run.stdout.includes(`${name} `), 'printed');
    return row;
  });
  assert.equal(summary.orders.sent, (first?.orders.sent ?? 0) + (other?.orders.sent ?? 0));
  assert.equal(summary.strategies.length, 2);
  const pnl = summary.strategies.reduce((sum, strategy) => sum + strategy.pnl, 0);
  assert.ok(Math.abs(pnl - summary.pnl.total) < 0.01);
});
