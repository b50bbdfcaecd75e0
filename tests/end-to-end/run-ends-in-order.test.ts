// However a run stops, it exits with status 0, its summary adds up, and it leaves nothing behind.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { hasLog, openStack } from './stack.ts';
import { csvOf } from './trades.ts';

const DONE = { status: 0, signal: null };
const LIMIT = { timeout: 180_000 };

async function running(t: TestContext, ...words: string[]): Promise<{ stack: Stack; run: StartedProcess }> {
  const stack = await openStack(t);
  const run = stack.start('run', '--loop', ...words);
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 100);
  return { stack, run };
}

async function assertEndsInOrder(stack: Stack, run: StartedProcess): Promise<void> {
  assert.deepEqual(await stack.untilExited(run), DONE, run.stderr);
  const { ticks, orders } = stack.summary();
  assert.equal(ticks.applied, ticks.sent);
  assert.equal(ticks.seen, ticks.sent);
  assert.equal(orders.recorded, orders.sent);
  assert.match(run.stdout, /Ticks +sent [\d,]+, applied/);
  assert.doesNotMatch(run.stdout + run.stderr, /lost the Gateway|no news, so|no OrderManager, so/);
  assert.deepEqual(await stack.leftovers(), []);
}

test('SIGTERM stops a run in order', LIMIT, async (t) => {
  const { stack, run } = await running(t);
  run.signal('SIGTERM');
  await assertEndsInOrder(stack, run);
});

test(
  'SIGTERM to all processes, as systemd or kill sends it to a group, stops a run in order',
  LIMIT,
  async (t) => {
    const { stack, run } = await running(t, '--rate', '20000/s');
    for (const pid of run.group.toReversed()) process.kill(pid, 'SIGTERM'); // the run is the last that gets it
    await assertEndsInOrder(stack, run);
  },
);

test('Ctrl-C, which a terminal sends to all processes, stops a run in order', LIMIT, async (t) => {
  const { stack, run } = await running(t);
  process.kill(-run.pid, 'SIGINT');
  await assertEndsInOrder(stack, run);
});

test(
  'a run stops in order when its duration is over, which counts from when it is ready',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    await assertEndsInOrder(stack, stack.start('run', '--loop', '--duration', '1s'));
    assert.ok(stack.summary().ticks.sent > 0);
  },
);

test('a run stops in order when its replay ends', LIMIT, async (t) => {
  const stack = await openStack(t);
  const ticks = Array.from({ length: 200 }, (_, index) => ({ symbol: 'AAPL', price: 100 + index }));
  const run = stack.start('run', '--data', stack.file('prices.csv', csvOf(ticks)));
  await assertEndsInOrder(stack, run);
  assert.equal(stack.summary().ticks.sent, ticks.length);
});

test('Ctrl-C while the first processes start stops the run immediately', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run');
  await stack.until('a process was started', () => run.group.length > 1);
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), DONE, run.stderr);
  assert.deepEqual(await stack.leftovers(), []);
});

test('Ctrl-C before the Gateway starts stops the run, and the Gateway is not started', LIMIT, async (t) => {
  const stack = await openStack(t);
  const gate = path.join(stack.folder, 'gate');
  const waits = `import fs from 'node:fs';
      while (!fs.existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 5));
      export default () => ({ onTick: () => 0 });\n`;
  const run = stack.start('run', '--strategy', stack.file('waits.ts', waits));
  await stack.until('the first processes have started', () => run.group.length > 3); // before that, the run itself holds the port
  await stack.untilServed(stack.orderPort);
  run.signal('SIGINT');
  await stack.until('the run is asked to stop', () => run.stdout.includes('stopping: Ctrl-C'));
  fs.writeFileSync(gate, ''); // now the Strategy could become ready
  assert.deepEqual(await stack.untilExited(run), DONE, run.stderr);
  assert.equal(hasLog(stack, 'gateway'), false);
  assert.deepEqual(await stack.leftovers(), []);
});

test('./tickline run trades, stops at the end of the replay and leaves a summary', LIMIT, async (t) => {
  const stack = await openStack(t);
  const { pricePort, newsPort, orderPort, book, folder, ordersDb } = stack;
  const ports = { 'price-port': pricePort, 'news-port': newsPort, 'order-port': orderPort };
  const own = { ...ports, book, 'log-dir': folder, 'orders-db': ordersDb, duration: '5m' };
  const data = path.join(PROJECT_ROOT, 'data', 'stocks-2000-2010.csv');
  const options = { ...own, data, rate: 500, 'news-every': '20ms' };
  const words = Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]);
  const inStep = '--lossless'; // news and ticks wait for each other, so orders do not depend on timing
  const tickline = spawn(path.join(PROJECT_ROOT, 'tickline'), ['run', inStep, ...words], {
    cwd: folder,
    stdio: 'ignore',
  });
  assert.deepEqual(await once(tickline, 'exit'), [0, null]);
  const { ticks, orders } = stack.summary();
  assert.deepEqual([ticks.applied, ticks.seen], [ticks.sent, ticks.sent]);
  assert.ok(orders.filled > 0);
  assert.equal(stack.orders().length, orders.filled);
  assert.deepEqual(await stack.leftovers(), []);
});
