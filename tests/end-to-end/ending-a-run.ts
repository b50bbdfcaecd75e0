// Starts a run that is going to be stopped, and checks how it ends.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack } from './stack.ts';

export const DONE = { status: 0, signal: null };

export async function running(
  t: TestContext,
  ...words: string[]
): Promise<{ stack: Stack; run: StartedProcess }> {
  const stack = await openStack(t);
  const run = stack.start('run', '--loop', ...words);
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 100);
  return { stack, run };
}

export async function assertEndsInOrder(stack: Stack, run: StartedProcess): Promise<void> {
  assert.deepEqual(await stack.untilExited(run), DONE, run.stderr);
  const { ticks, orders } = stack.summary();
  assert.equal(ticks.applied, ticks.sent);
  assert.equal(ticks.seen, ticks.sent);
  assert.equal(orders.recorded, orders.sent);
  assert.match(run.stdout, /Ticks +sent [\d,]+, applied/);
  assert.doesNotMatch(run.stdout + run.stderr, /lost the Gateway|no news, so|no OrderManager, so/);
  assert.deepEqual(await stack.leftovers(), []);
}
