// Stacks side by side, in cases that tests/end-to-end/two-stacks.test.ts leaves out.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { MAIN } from '../../tools/testing/stack.ts';
import { elsewhere } from '../end-to-end/elsewhere.ts';
import { outcomeOf } from '../end-to-end/halting.ts';
import { openStack } from '../end-to-end/stack.ts';
import { temporaryFolder } from '../run-process.ts';

const LIMIT = { timeout: 180_000 };
const DONE = { status: 0, signal: null };
const PID_NAMESPACE = ['unshare', '--map-root-user', '--fork', '--pid', '--mount-proc'];
const noNamespaces =
  spawnSync('unshare', [...PID_NAMESPACE.slice(1), 'true']).status !== 0 && 'no PID namespaces here';

test('halt and orders find the record of an OrderManager that was started by hand', LIMIT, async (t) => {
  const stack = await openStack(t);
  const record = path.join(temporaryFolder(t), 'mine.sqlite');
  stack.startInFolder('order-manager', '--orders-db', record);
  await stack.untilServed(stack.orderPort);
  fs.mkdirSync(path.join(stack.folder, 'runs'));
  assert.equal(await outcomeOf(t, stack, 's', '1'), 'FILLED');
  assert.ok((await elsewhere(t, stack, 'halt')).stdout.endsWith(`\n${record}\n`));
  assert.equal(await outcomeOf(t, stack, 's', '2'), 'TRADING_HALTED halted=all');
  const orders = await elsewhere(t, stack, 'orders');
  assert.equal(orders.stderr, '');
  assert.ok(orders.stdout.includes(`2 orders in ${record}: 1 filled, 1 rejected`), orders.stdout);
});

test('halt stops an OrderManager within a PID namespace', { ...LIMIT, skip: noNamespaces }, async (t) => {
  const stack = await openStack(t);
  stack.startUnder(PID_NAMESPACE, 'order-manager');
  await stack.untilServed(stack.orderPort);
  assert.equal(await outcomeOf(t, stack, 's', '1'), 'FILLED');
  fs.rmSync(`${stack.ordersDb}.lock`);
  const halt = await elsewhere(t, stack, 'halt');
  assert.deepEqual(halt.exit, DONE, halt.stderr);
  assert.match(halt.stdout, /^halted: all trading .confirmed by process (?!1\b)\d+\)/);
  assert.equal(await outcomeOf(t, stack, 's', '2'), 'TRADING_HALTED halted=all');
});

test(
  'stacks lists the ports that the system chose, and a dashboard takes those of its stack',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const list = async () => {
      const stacks = stack.spawn('stacks', [process.execPath, MAIN, 'stacks', '--json', '--no-config']);
      assert.deepEqual(await stack.untilExited(stacks), DONE, stacks.stderr);
      return stacks.lines
        .map((line) => JSON.parse(line))
        .filter(({ stack: name }) => name === stack.bookName);
    };
    const manager = stack.start('order-manager', '--order-port', '0');
    const gateway = stack.start('gateway', '--price-port', '0', '--news-port', '0');
    stack.start('orderbook'); // for the book, which has the counters below
    await stack.untilBook();
    const named = [MAIN, 'dashboard', '--no-config', '--stack', stack.bookName, '--dashboard-port', '0'];
    await stack.until('both listen', () =>
      [manager, gateway].every(({ stdout }) => / on 127\.0/.test(stdout)),
    );
    const dashboard = stack.spawn('dashboard', [process.execPath, ...named, '--log-dir', stack.folder]);
    await stack.until('the dashboard gets orders', () => stack.counter('order-manager.clients') === 1);
    await stack.until('the dashboard gets news', () => stack.counter('gateway.newsClients') === 1);

    const byPid = Object.fromEntries((await list()).map((entry) => [entry.pid, entry]));
    const [, prices, news] = /prices on 127.0.0.1:(\d+), news on 127.0.0.1:(\d+)/.exec(gateway.stdout) ?? [];
    assert.deepEqual(byPid[gateway.pid].ports, { prices: Number(prices), news: Number(news) });
    const [, orders] = /orders on 127.0.0.1:(\d+)/.exec(manager.stdout) ?? [];
    assert.deepEqual(byPid[manager.pid].ports, { orders: Number(orders) });
    const [, page] = /http:..localhost:(\d+)/.exec(dashboard.stdout) ?? [];
    assert.deepEqual(byPid[dashboard.pid].ports, { dashboard: Number(page) });
    assert.equal(byPid[manager.pid].record, fs.realpathSync(stack.ordersDb));

    gateway.signal('SIGKILL');
    for (const started of stack.processes)
      if (started !== gateway && started.exit === undefined) started.signal('SIGTERM');
    for (const started of stack.processes) await stack.untilExited(started);
    assert.deepEqual(await list(), []);
  },
);
