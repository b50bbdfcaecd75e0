// A lossless run at full speed whose processes are killed, or that others meddle with, has the orders of one that nobody
// disturbed. tests/long/lossless-run-disturbed.test.ts has each process alone, and the pauses.

import net from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
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

test('clients from outside that ask to resume change no order', LIMIT, async (t) => {
  const stack = await openStack(t);
  const ended = new AbortController();
  t.after(() => ended.abort());
  const run = startRun(stack);
  for (const port of [stack.pricePort, stack.newsPort]) void meddle(port, ended.signal);
  await assertSame(stack, run);
});

/** Connects whenever it can, asks to resume, and never reads. */
async function meddle(port: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const socket = net.connect({ host: LOOPBACK, port }).pause();
    await new Promise((resolve) => {
      socket.on('connect', () => socket.write('RESUME,0,0*'));
      socket.on('error', () => {});
      socket.on('close', resolve);
      setTimeout(() => socket.destroy(), 2_000).unref();
    });
    await sleep(1);
  }
}
