// Stacks side by side on one machine: each command acts on the stack that runs under the name, from any folder.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { NO_HALTS } from '../../src/domain/risk/halts.ts';
import { KillSwitch } from '../../src/order-store/kill-switch.ts';
import { MAIN, type Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { temporaryFolder } from '../run-process.ts';
import { Peer } from '../transport/peer.ts';
import { openStack } from './stack.ts';

const LIMIT = { timeout: 180_000 };
const DONE = { status: 0, signal: null };
const REFUSED = { status: 2, signal: null };
const PID_NAMESPACE = ['unshare', '--map-root-user', '--fork', '--pid', '--mount-proc'];
const noNamespaces =
  spawnSync('unshare', [...PID_NAMESPACE.slice(1), 'true']).status !== 0 && 'no PID namespaces here';

/** Runs a command that names nothing but the stack, in a folder of its own. */
async function elsewhere(t: TestContext, stack: Stack, ...words: string[]): Promise<StartedProcess> {
  const inFolder = ['env', '-C', temporaryFolder(t)];
  const named = [...words, '--no-config', '--stack', stack.bookName];
  const started = stack.spawn(words[0], [...inFolder, process.execPath, MAIN, ...named]);
  await stack.untilExited(started);
  return started;
}

async function outcomeOf(t: TestContext, port: number, clOrdId: string): Promise<string> {
  const client = await Peer.connect(t, port);
  client.send('{"type":"logon","strategy":"s"}*');
  client.send(`{"symbol":"AAPL","side":"BUY","quantity":10,"price":100,"clOrdId":"${clOrdId}"}*`);
  await client.untilFrames(2);
  client.destroy();
  const { status, reason } = client.messages[1];
  return String(reason ?? status);
}

test('halt stops the stack that it names, from another folder, and no other stack', LIMIT, async (t) => {
  const [ours, other] = [await openStack(t), await openStack(t)];
  for (const stack of [ours, other]) {
    stack.startInFolder('order-manager');
    await stack.untilServed(stack.orderPort);
  }
  const halt = await elsewhere(t, ours, 'halt');
  assert.deepEqual(halt.exit, DONE, halt.stderr);
  assert.match(halt.stdout, /^halted: all trading .confirmed by process/);
  assert.ok(halt.stdout.includes(`./tickline resume --stack ${ours.bookName} ends it`), halt.stdout);
  assert.equal(await outcomeOf(t, ours.orderPort, '1'), 'TRADING_HALTED halted=all');
  assert.equal(await outcomeOf(t, other.orderPort, '1'), 'FILLED');
  const resume = await elsewhere(t, ours, 'resume');
  assert.deepEqual(resume.exit, DONE, resume.stderr);
  assert.equal(await outcomeOf(t, ours.orderPort, '2'), 'FILLED');
});

test('halt and orders find the record of an OrderManager that was started by hand', LIMIT, async (t) => {
  const stack = await openStack(t);
  const record = path.join(temporaryFolder(t), 'mine.sqlite');
  stack.startInFolder('order-manager', '--orders-db', record);
  await stack.untilServed(stack.orderPort);
  fs.mkdirSync(path.join(stack.folder, 'runs'));
  assert.equal(await outcomeOf(t, stack.orderPort, '1'), 'FILLED');
  assert.ok((await elsewhere(t, stack, 'halt')).stdout.endsWith(`\n${record}\n`));
  assert.equal(await outcomeOf(t, stack.orderPort, '2'), 'TRADING_HALTED halted=all');
  const orders = await elsewhere(t, stack, 'orders');
  assert.equal(orders.stderr, '');
  assert.ok(orders.stdout.includes(`2 orders in ${record}: 1 filled, 1 rejected`), orders.stdout);
});

test('halt stops an OrderManager within a PID namespace', { ...LIMIT, skip: noNamespaces }, async (t) => {
  const stack = await openStack(t);
  stack.startUnder(PID_NAMESPACE, 'order-manager');
  await stack.untilServed(stack.orderPort);
  assert.equal(await outcomeOf(t, stack.orderPort, '1'), 'FILLED');
  fs.rmSync(`${stack.ordersDb}.lock`);
  const halt = await elsewhere(t, stack, 'halt');
  assert.deepEqual(halt.exit, DONE, halt.stderr);
  assert.match(halt.stdout, /^halted: all trading .confirmed by process (?!1\b)\d+\)/);
  assert.equal(await outcomeOf(t, stack.orderPort, '2'), 'TRADING_HALTED halted=all');
});

test('what a run in the stack makes of other records and other runs', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.startInFolder('run', '--loop');
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 100);

  await t.test('a second run is refused, also between two restarts of the OrderBook', async (t) => {
    process.kill(stack.counter('orderbook.pid'), 'SIGKILL');
    const second = await elsewhere(t, stack, 'run', '--ports', '0');
    assert.deepEqual(second.exit, REFUSED);
    assert.match(
      second.stderr,
      new RegExp(
        `^tickline run: stack ${stack.bookName} runs already .run, process ${run.pid}.: stop it, or .*--stack NAME --ports`,
      ),
    );
    const ticks = stack.counter('strategy.ticksSeen');
    await stack.until('ticks are seen again', () => stack.counter('strategy.ticksSeen') > ticks + 100);
  });

  await t.test('with a second record halt does nothing, names both, and exits with status 2', async (t) => {
    const record = path.join(temporaryFolder(t), 'mine.sqlite');
    const manager = stack.startInFolder('order-manager', '--orders-db', record, '--order-port', '0');
    await stack.until('the second OrderManager listens', () => manager.stdout.includes('orders on'));
    const halt = await elsewhere(t, stack, 'halt');
    assert.deepEqual(halt.exit, REFUSED);
    assert.match(
      halt.stderr,
      /has 2 order records in use, and nothing was done: choose --orders-db [^\n]+\n$/,
    );
    assert.ok(
      halt.stderr.includes(`--orders-db ${record} (order-manager, process ${manager.pid})`),
      halt.stderr,
    );
    assert.deepEqual(new KillSwitch(record).read(), NO_HALTS);
  });

  run.signal('SIGTERM');
  assert.deepEqual(await stack.untilExited(run), DONE, run.stderr);
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
