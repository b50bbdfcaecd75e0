// The orchestrator is killed: nobody is left to end its processes, and they end all the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStack } from './stack.ts';

test('a killed orchestrator leaves no process, port or shared memory', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', '--loop');
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 100);
  assert.equal(run.group.length, 5);
  run.signal('SIGKILL');
  await stack.until('nothing is left', async () => (await stack.leftovers()).length === 0);
});
