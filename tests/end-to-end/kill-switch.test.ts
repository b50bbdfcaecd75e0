// The kill switch applies within moments, through every crash and restart. tests/long/kill-switch.test.ts has the rarer cases.

import assert from 'node:assert/strict';
import { test } from 'node:test';
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
