// Stacks side by side on one machine: each command acts on the stack that runs under the name, from any folder.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { NO_HALTS } from '../../src/domain/risk/halts.ts';
import { KillSwitch } from '../../src/order-store/kill-switch.ts';
import { temporaryFolder } from '../run-process.ts';
import { elsewhere } from './elsewhere.ts';
import { outcomeOf } from './halting.ts';
import { openStack } from './stack.ts';

const LIMIT = { timeout: 180_000 };
const DONE = { status: 0, signal: null };
const REFUSED = { status: 2, signal: null };

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
  assert.equal(await outcomeOf(t, ours, 's', '1'), 'TRADING_HALTED halted=all');
  assert.equal(await outcomeOf(t, other, 's', '1'), 'FILLED');
  const resume = await elsewhere(t, ours, 'resume');
  assert.deepEqual(resume.exit, DONE, resume.stderr);
  assert.equal(await outcomeOf(t, ours, 's', '2'), 'FILLED');
  const neverStarted = await openStack(t);
  for (const command of ['halt', 'resume', 'orders'] as const) {
    const unknown = await elsewhere(t, neverStarted, command);
    assert.deepEqual(unknown.exit, REFUSED, unknown.stderr);
    assert.match(unknown.stderr, /: no OrderManager of stack \S+ runs; running: stacks [^\n;]+\n$/);
    assert.ok(unknown.stderr.includes(ours.bookName), unknown.stderr);
  }
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
