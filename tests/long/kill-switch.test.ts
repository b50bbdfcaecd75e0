// The kill switch in cases that tests/end-to-end/kill-switch.test.ts leaves out.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ALL_HALTED } from '../../src/domain/risk/halts.ts';
import { KillSwitch } from '../../src/order-store/kill-switch.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { command, DONE, outcomeOf, startManager } from '../end-to-end/halting.ts';
import { noSmallDisk, onSmallDisk, SmallDisk } from '../end-to-end/small-disk.ts';
import { openStack } from '../end-to-end/stack.ts';

const LIMIT = { timeout: 180_000 };
const PID_NAMESPACE = ['unshare', '--map-root-user', '--fork', '--pid', '--mount-proc'];
const noNamespaces =
  spawnSync('unshare', [...PID_NAMESPACE.slice(1), 'true']).status !== 0 && 'no PID namespaces here';

test(
  'a halt survives kill -9 of the OrderManager, and applies from the first order of the next one',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const first = await startManager(stack);
    await command(stack, 'halt');
    first.signal('SIGKILL');
    await stack.untilExited(first);
    await startManager(stack);
    assert.equal(await outcomeOf(t, stack, 's', '1'), 'TRADING_HALTED halted=all');
  },
);

test('a halt of a strategy that never ordered is refused, and names those that did', LIMIT, async (t) => {
  const stack = await openStack(t);
  await startManager(stack);
  assert.equal(await outcomeOf(t, stack, 'crossover', '1'), 'FILLED');
  const halt = stack.start('halt', '--only', 'crosover');
  assert.deepEqual(await stack.untilExited(halt), { status: 2, signal: null });
  assert.match(halt.stderr, /no strategy crosover in .*: it has crossover; nothing was halted/);
  assert.equal(await outcomeOf(t, stack, 'crossover', '2'), 'FILLED');
});

test('halt stops an OrderManager in another PID namespace', { ...LIMIT, skip: noNamespaces }, async (t) => {
  const stack = await openStack(t);
  await startManager(stack);
  const halt = stack.startUnder(PID_NAMESPACE, 'halt');
  assert.deepEqual(await stack.untilExited(halt), DONE, halt.stderr);
  assert.match(halt.stdout, /^halted: all trading .confirmed by process/);
  assert.equal(await outcomeOf(t, stack, 's', '1'), 'TRADING_HALTED halted=all');
});

test('halt stops an OrderManager whose disk is full', { ...LIMIT, skip: noSmallDisk('ext4') }, async (t) => {
  const stack = await openStack(t);
  const folder = path.join(stack.folder, 'disk');
  fs.mkdirSync(folder);
  const record = ['--orders-db', path.join(folder, 'orders.sqlite')];
  const manager = stack.startUnder(onSmallDisk(folder, 4096, 'ext4'), 'order-manager', ...record);
  await stack.untilServed(stack.orderPort);
  new SmallDisk(manager.pid, folder).fill();
  const halt = stack.startUnder(['nsenter', '-m', '-t', String(manager.pid)], 'halt', ...record);
  assert.deepEqual(await stack.untilExited(halt), DONE, halt.stderr);
  assert.match(halt.stdout, /^halted: all trading .confirmed by process/);
});

test('a halt of a missing record is an error, and creates nothing', LIMIT, async (t) => {
  const stack = await openStack(t);
  const halt = stack.start('halt');
  assert.deepEqual(await stack.untilExited(halt), { status: 2, signal: null });
  assert.match(halt.stderr, /there is no such file/);
  assert.deepEqual(fs.readdirSync(stack.folder), []);
});

test('a strategy can be halted alone, and a resume of all does not undo that', LIMIT, async (t) => {
  const stack = await openStack(t);
  await startManager(stack);
  assert.equal(await outcomeOf(t, stack, 's', '0'), 'FILLED');
  assert.match(await command(stack, 'halt', '--only', 's'), /resume --orders-db \S+ --only s ends it$/m);
  assert.equal(await outcomeOf(t, stack, 's', '1'), 'TRADING_HALTED halted=s');
  assert.equal(await outcomeOf(t, stack, 'other', '1'), 'FILLED');
  await command(stack, 'halt');
  assert.equal(await outcomeOf(t, stack, 'other', '2'), 'TRADING_HALTED halted=all');
  assert.match(await command(stack, 'resume'), /^halted: strategy s/);
  assert.equal(await outcomeOf(t, stack, 'other', '3'), 'FILLED');
  assert.equal(await outcomeOf(t, stack, 's', '3'), 'TRADING_HALTED halted=s');
  await command(stack, 'resume', '--only', 's');
  assert.equal(await outcomeOf(t, stack, 's', '4'), 'FILLED');
});

test('without an OrderManager, halt and resume apply to the next one', LIMIT, async (t) => {
  const stack = await openStack(t);
  const first = await startManager(stack);
  first.signal('SIGTERM');
  await stack.untilExited(first);
  assert.match(await command(stack, 'halt'), /no OrderManager runs/);
  const second = await startManager(stack);
  assert.equal(await outcomeOf(t, stack, 's', '1'), 'TRADING_HALTED halted=all');
  second.signal('SIGTERM');
  await stack.untilExited(second);
  await command(stack, 'resume');
  await startManager(stack);
  assert.equal(await outcomeOf(t, stack, 's', '2'), 'FILLED');
});

test(
  'a stopped OrderManager makes halt fail with its process id, and obeys once it continues',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const manager = await startManager(stack);
    manager.signal('SIGSTOP');
    const halt = stack.start('halt');
    await stack.until('the halt is set', () => new KillSwitch(stack.ordersDb).read()?.all === true);
    new KillSwitch(stack.ordersDb).confirm(ALL_HALTED); // another process confirms nothing
    assert.deepEqual(await stack.untilExited(halt), { status: 1, signal: null });
    assert.match(halt.stderr, new RegExp(`process ${manager.pid}\\) has not confirmed it`));
    manager.signal('SIGCONT');
    assert.match(await command(stack, 'halt'), new RegExp(`confirmed by process ${manager.pid}`));
    assert.equal(await outcomeOf(t, stack, 's', '1'), 'TRADING_HALTED halted=all');
  },
);

test(
  'halt stops an OrderManager whose lock file was removed, and is not fooled by an old confirmation',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const manager = await startManager(stack);
    await command(stack, 'halt');
    await command(stack, 'resume');
    fs.rmSync(`${stack.ordersDb}.lock`);
    new KillSwitch(stack.ordersDb).confirm(ALL_HALTED);
    manager.signal('SIGSTOP');
    const halt = stack.start('halt');
    assert.deepEqual(await stack.untilExited(halt), { status: 1, signal: null });
    manager.signal('SIGCONT');
    assert.match(await command(stack, 'halt'), /^halted: all trading .confirmed by process/);
    assert.equal(await outcomeOf(t, stack, 's', '1'), 'TRADING_HALTED halted=all');
  },
);

test('the next run, which has a new record, starts halted', LIMIT, async (t) => {
  const stack = await openStack(t);
  const recordOfRun = (run: StartedProcess) => {
    const runs = path.join(stack.folder, 'runs', stack.bookName);
    const folder = fs.readdirSync(runs).find((name) => name.endsWith(`-${run.pid}`));
    return path.join(runs, folder ?? '', 'orders.sqlite');
  };
  for (const isFirst of [true, false]) {
    const before = stack.counter('order-manager.pid');
    const run = stack.startInFolder('run', '--loop', '--rate', '100');
    await stack.until(
      'its OrderManager counts',
      () => ![0, before].includes(stack.counter('order-manager.pid')),
    );
    if (isFirst) {
      assert.equal(await outcomeOf(t, stack, 's', '1'), 'FILLED');
      const halt = stack.startInFolder('halt');
      assert.deepEqual(await stack.untilExited(halt), DONE, halt.stderr);
    }
    assert.equal(await outcomeOf(t, stack, 's', '2'), 'TRADING_HALTED halted=all');
    run.signal('SIGTERM');
    assert.deepEqual(await stack.untilExited(run), DONE, run.stderr);
    assert.ok(fs.existsSync(`${recordOfRun(run)}.halted/all`));
  }
});
