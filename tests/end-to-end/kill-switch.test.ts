// The kill switch applies within moments, through every crash and restart. tests/long/kill-switch.test.ts has the rarer cases.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ALL_HALTED } from '../../src/domain/risk/halts.ts';
import { KillSwitch } from '../../src/order-store/kill-switch.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { command, DONE, outcomeOf, startManager } from './halting.ts';
import { openStack } from './stack.ts';

const LIMIT = { timeout: 180_000 };

test(
  'once halt exits no order is filled, once resume exits orders are; earlier reports stay',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const manager = await startManager(stack);
    assert.equal(await outcomeOf(t, stack, 's', '1'), 'FILLED');
    assert.match(await command(stack, 'halt'), new RegExp(`^halted: all trading .*process ${manager.pid}`));
    assert.equal(await outcomeOf(t, stack, 's', '1'), 'FILLED');
    assert.equal(await outcomeOf(t, stack, 's', '2'), 'TRADING_HALTED halted=all');
    assert.match(await command(stack, 'resume'), /^nothing is halted/);
    assert.equal(await outcomeOf(t, stack, 's', '2'), 'TRADING_HALTED halted=all');
    assert.equal(await outcomeOf(t, stack, 's', '3'), 'FILLED');
  },
);

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

test('a halted run stops trading, shows the halt, and trades again after resume', LIMIT, async (t) => {
  const stack = await openStack(t);
  const options = ['--loop', '--rate', '5000', '--news-every', '20ms'];
  const run = stack.start('run', ...options);
  const filled = () => stack.orders().filter(({ status }) => status === 'FILLED').length;
  const rejected = () => stack.orders().filter(({ status }) => status === 'REJECTED').length;
  await stack.until('orders are filled', () => stack.counter('strategy.ticksSeen') > 0 && filled() > 20);

  await command(stack, 'halt');
  const atHalt = filled();
  await stack.until('orders are rejected', () => rejected() > 20);
  await stack.until('the counter shows it', () => stack.counter('order-manager.halted') === 1);
  process.kill(stack.counter('order-manager.pid'), 'SIGKILL');
  const before = rejected();
  await stack.until('orders are rejected after kill -9 too', () => rejected() > before + 20);
  assert.equal(filled(), atHalt);
  const shown = stack.start('orders');
  await stack.untilExited(shown);
  assert.match(shown.stdout, /^halted: all trading/m);

  await command(stack, 'resume');
  await stack.until('orders are filled again', () => filled() > atHalt + 20);
  await stack.until('the counter shows it', () => stack.counter('order-manager.halted') === 0);
  run.signal('SIGTERM');
  assert.deepEqual(await stack.untilExited(run), DONE, run.stderr);
});

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
