// Each process is stopped (SIGSTOP) until the others have noticed, and then goes on (SIGCONT): they take it back, and what
// was lost meanwhile is counted.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CounterName } from '../../src/monitoring/counter-table.ts';
import { pipelineFaults } from '../../src/monitoring/pipeline-faults.ts';
import { processState } from '../../src/monitoring/process-state.ts';
import type { Summary } from '../../src/orchestrator/summary.ts';
import type { ProcessName, Stack } from '../../tools/testing/stack.ts';
import { openStack } from '../end-to-end/stack.ts';

const NOTICED_MS = 60_000;
const OPTIONS = ['--loop', '--news-every', '20ms', '--duration', '240s'];

/** Runs a stack, stops a process until `noticed`, lets it go on until all is well, and gives the account of the run. */
async function stopped(
  t: TestContext,
  name: ProcessName,
  options: readonly string[],
  noticed: (stack: Stack) => boolean,
): Promise<Summary> {
  const stack = await openStack(t);
  const run = stack.start('run', ...OPTIONS, ...options);
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') >= 10);
  const pid = stack.counter(`${name}.pid`);
  process.kill(pid, 'SIGSTOP');
  await stack.until('it is shown as stuck', () => isStuck(stack, name), NOTICED_MS);
  await stack.until('the others have noticed', () => noticed(stack), NOTICED_MS);
  const before = COUNTED.map((counter) => stack.counter(counter));
  process.kill(pid, 'SIGCONT');
  await stack.until('all is well again', () => isWell(stack), NOTICED_MS);
  await stack.until('ticks and orders go on', () => hasGrown(stack, before), NOTICED_MS);
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run, NOTICED_MS), { status: 0, signal: null }, run.stderr);
  const summary = stack.summary();
  assert.deepEqual(new Set(Object.values(summary.restarts)), new Set([0]), 'it was not killed for it');
  assert.equal(summary.orders.unanswered, 0);
  assert.equal(summary.orders.recorded, summary.orders.sent);
  assert.equal(summary.ticks.seen + summary.ticks.lapped, summary.ticks.applied);
  assert.equal(summary.ticks.applied + summary.ticks.missed, summary.ticks.sent);
  return summary;
}

const COUNTED = ['orderbook.ticksApplied', 'strategy.ticksSeen', 'strategy.ordersFilled'] as const;

function hasGrown(stack: Stack, before: readonly number[]): boolean {
  return COUNTED.every((name: CounterName, i) => stack.counter(name) > before[i]);
}

function isStuck(stack: Stack, name: ProcessName): boolean {
  return stack.book !== undefined && processState(stack.book, name).state === 'stuck';
}

function isWell(stack: Stack): boolean {
  return stack.book !== undefined && pipelineFaults(stack.book).length === 0;
}

test('the Gateway stands still: its clients give the connection up, come back, and miss nothing', {
  timeout: 240_000,
}, async (t) => {
  const { ticks } = await stopped(
    t,
    'gateway',
    ['--rate', '5000'],
    (stack) => stack.counter('orderbook.connected') === 0,
  );
  assert.deepEqual([ticks.missed, ticks.lapped], [0, 0]);
});

test('the OrderBook stands still: the Gateway cuts it off, goes on, and what it misses is counted', {
  timeout: 240_000,
}, async (t) => {
  await stopped(
    t,
    'orderbook',
    ['--rate', '300000', '--ring', '1048576'],
    (stack) => stack.counter('gateway.clientsCutOff') > 0,
  );
});

test('the Strategy stands still: nobody waits for it, and what is overwritten meanwhile is counted', {
  timeout: 240_000,
}, async (t) => {
  const { ticks } = await stopped(t, 'strategy', ['--rate', '20000', '--ring', '8192'], (stack) =>
    (stack.book?.readers() ?? []).some(
      ({ cursor }) => stack.counter('orderbook.ticksApplied') - cursor > 2 * 8192,
    ),
  );
  assert.ok(ticks.lapped > 0);
  assert.equal(ticks.missed, 0);
});

test('the OrderManager stands still: the Strategy asks again on a new connection, and no order is lost', {
  timeout: 240_000,
}, async (t) => {
  const { ticks } = await stopped(
    t,
    'order-manager',
    ['--rate', '5000'],
    (stack) => stack.counter('strategy.loggedOn') === 0,
  );
  assert.deepEqual([ticks.missed, ticks.lapped], [0, 0]);
});
