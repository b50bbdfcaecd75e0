// The kill switch in cases that tests/end-to-end/kill-switch.test.ts leaves out.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
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
