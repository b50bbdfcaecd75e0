// A lossless run at full speed whose processes are killed or stand still has the orders of one that nobody disturbed.

import assert from 'node:assert/strict';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { RandomNewsFeed } from '../../src/gateway/feeds/random-news.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import type { ProcessName, Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { naiveOrders } from '../domain/naive-trader.ts';
import { testSeed } from '../seed.ts';
import { openStack } from './stack.ts';
import { csvOf, ticksOf, tradesOf } from './trades.ts';

const DATA = path.join(PROJECT_ROOT, 'data', 'dow30-1990-2001.csv');
const TICKS = 8_000;
const NEWS_TICKS = 9;
/** Nearly every tick with news decides something. */
const OPTIONS = [
  '--lossless',
  '--rate',
  'max',
  '--news-every',
  String(NEWS_TICKS),
  '--short',
  '1',
  '--long',
  '2',
];
const LIMIT = { timeout: 240_000 };
/** Longer than a connection may be silent. */
const PAUSE_MS = 4_000;
const PROCESSES: readonly ProcessName[] = ['gateway', 'orderbook', 'strategy', 'order-manager'];

const RULES = { short: 1, long: 2, bullish: 60, bearish: 40, quantity: 10 };
const ticks = ticksOf(DATA).slice(0, TICKS);
const news = new RandomNewsFeed({ seed: 1 });
const sentiments = Array.from({ length: Math.ceil(TICKS / NEWS_TICKS) }, () => news.next());
/** The orders of a run that nobody disturbs, by a second implementation of the rule. */
const undisturbed = naiveOrders(
  ticks,
  ticks.map((_, index) => sentiments[Math.floor(index / NEWS_TICKS)] ?? Number.NaN),
  RULES,
);
assert.ok(undisturbed.length > 500, `${undisturbed.length} orders`);

function startRun(stack: Stack, ...options: string[]): StartedProcess {
  const data = stack.file('prices.csv', csvOf(ticks));
  return stack.start('run', '--data', data, ...OPTIONS, ...options);
}

/** Waits until the data of a run ends, and compares it with an undisturbed one. */
async function assertSame(stack: Stack, run: StartedProcess): Promise<void> {
  assert.deepEqual(
    await stack.untilExited(run, 120_000),
    { status: 0, signal: null },
    run.stdout + run.stderr,
  );
  assert.deepEqual(tradesOf(stack.orders()), undisturbed);
  const { ticks, news, orders, mismatches } = stack.summary();
  const { sent, applied, seen, missed, lapped } = ticks;
  assert.deepEqual([sent, applied, seen, missed, lapped], [TICKS, TICKS, TICKS, 0, 0]);
  assert.deepEqual([news.sent, news.seen], [sentiments.length, sentiments.length]);
  assert.deepEqual([orders.sent, orders.recorded, mismatches], [undisturbed.length, undisturbed.length, []]);
  assert.deepEqual(await stack.leftovers(), []);
}

/** Waits until a random share of the orders is recorded, and returns the process of this name then. */
async function inTheMiddle(stack: Stack, name: ProcessName, random: SeededRandom): Promise<number> {
  const orders = random.below(Math.floor(undisturbed.length * 0.9));
  await stack.until(
    `${orders} orders are recorded`,
    () => stack.counter(`${name}.pid`) > 0 && stack.counter('order-manager.ordersFilled') >= orders,
  );
  return stack.counter(`${name}.pid`);
}

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

test('all four processes are killed at once: the orders stay the same', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = startRun(stack);
  await inTheMiddle(stack, 'gateway', new SeededRandom(testSeed, 21));
  for (const name of PROCESSES) process.kill(stack.counter(`${name}.pid`), 'SIGKILL');
  await assertSame(stack, run);
});

for (const port of ['pricePort', 'newsPort'] as const) {
  test(`clients from outside that ask to resume on the ${port} change no order`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const ended = new AbortController();
    t.after(() => ended.abort());
    const run = startRun(stack);
    void meddle(stack[port], ended.signal);
    await assertSame(stack, run);
  });
}

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
