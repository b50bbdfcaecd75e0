// A lossless run at full speed whose processes are killed, or that others meddle with, has the orders of one that nobody
// disturbed. tests/long/lossless-run-disturbed.test.ts has each process alone, and the pauses.

import { test } from 'node:test';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { testSeed } from '../seed.ts';
import { assertSame, inTheMiddle, LIMIT, PROCESSES, startRun } from './lossless-comparison.ts';
import { openStack } from './stack.ts';

test('all four processes are killed at once: the orders stay the same', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = startRun(stack);
  await inTheMiddle(stack, 'gateway', new SeededRandom(testSeed, 21));
  for (const name of PROCESSES) process.kill(stack.counter(`${name}.pid`), 'SIGKILL');
  await assertSame(stack, run);
});
