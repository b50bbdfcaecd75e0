// A lossless run at full speed of which one process is killed or stands still has the orders of one that nobody disturbed.

import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { assertSame, inTheMiddle, LIMIT, PROCESSES, startRun } from '../end-to-end/lossless-comparison.ts';
import { meddle } from '../end-to-end/meddling.ts';
import { openStack } from '../end-to-end/stack.ts';
import { testSeed } from '../seed.ts';

/** Longer than a connection may be silent. */
const PAUSE_MS = 4_000;

for (const [index, name] of PROCESSES.entries()) {
  test(`the ${name} is killed twice: the orders stay the same`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const run = startRun(stack);
    const random = new SeededRandom(testSeed, index + 1);
    process.kill(await inTheMiddle(stack, name, random), 'SIGKILL');
    const killed = stack.counter(`${name}.pid`);
    await stack.until(
      'another one runs',
      () => stack.counter(`${name}.pid`) !== killed || run.exit !== undefined,
    );
    if (run.exit === undefined) process.kill(stack.counter(`${name}.pid`), 'SIGKILL');
    await assertSame(stack, run);
  });

  test(`the ${name} stands still for ${PAUSE_MS / 1_000} s: the orders stay the same`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const run = startRun(stack);
    const pid = await inTheMiddle(stack, name, new SeededRandom(testSeed, index + 11));
    process.kill(pid, 'SIGSTOP');
    await sleep(PAUSE_MS); // the fault itself, not a wait for something
    process.kill(pid, 'SIGCONT');
    await assertSame(stack, run);
  });
}

test('clients from outside that ask to resume change no order', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = startRun(stack);
  meddle(t, stack);
  await assertSame(stack, run);
});

test('clients from outside change no order while every process is killed in turn', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = startRun(stack);
  meddle(t, stack);
  const random = new SeededRandom(testSeed, 21);
  for (const name of PROCESSES) process.kill(await inTheMiddle(stack, name, random), 'SIGKILL');
  await assertSame(stack, run);
});
