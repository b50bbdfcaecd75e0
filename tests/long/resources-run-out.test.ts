// Shared memory, disk and file descriptors run out, and the wall clock jumps. Each is reported, and the stack
// continues.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bookPath } from '@tickline/price-book';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { statFields } from '../../tools/testing/proc.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { SteppedClock } from '../../tools/testing/stepped-clock.ts';
import { noSmallDisk, onSmallDisk, SmallDisk } from '../end-to-end/small-disk.ts';
import { openStack } from '../end-to-end/stack.ts';
import { Peer } from '../transport/peer.ts';

const LIMIT = { timeout: 180_000 };
const SHARED_MEMORY = '/dev/shm';
const RUN = ['--loop', '--rate', '5000', '--news-every', '20ms'];
const NO_RESTARTS = { gateway: 0, orderbook: 0, strategy: 0, 'order-manager': 0 };

async function endsWell(stack: Stack, run: StartedProcess): Promise<void> {
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  assert.deepEqual(stack.summary().restarts, NO_RESTARTS);
}

function linesWith(run: StartedProcess, words: string): string[] {
  return run.stderr.split('\n').filter((line) => line.includes(words));
}

/** Waits until more orders are filled. */
async function ordersGoOn(stack: Stack, more = 5): Promise<void> {
  const before = stack.orders().length;
  await stack.until('orders go on', () => stack.orders().length > before + more);
}

test('a full /dev/shm prints one line, and leaves no book', { ...LIMIT, skip: noSmallDisk() }, async (t) => {
  const stack = await openStack(t);
  const orderbook = stack.startUnder(onSmallDisk(SHARED_MEMORY, 200), 'orderbook');
  assert.deepEqual(await stack.untilExited(orderbook), { status: 1, signal: null });
  assert.match(
    orderbook.stderr,
    /^tickline orderbook: the system refused the price book \S+: posix_fallocate failed with ENOSPC: no room for \d+ bytes of shared memory\n$/,
  );
});

test('a /dev/shm that fills up after the book was created changes nothing', {
  ...LIMIT,
  skip: noSmallDisk(),
}, async (t) => {
  const stack = await openStack(t);
  const run = stack.startUnder(onSmallDisk(SHARED_MEMORY, 4096), 'run', ...RUN);
  await stack.until('the run is ready', () => run.stdout.includes('all processes are ready'));
  new SmallDisk(run.pid, SHARED_MEMORY).fill();
  await ordersGoOn(stack);
  await endsWell(stack, run);
  assert.equal(run.stderr, '');
});

test('a book that is removed leaves room for the next one', { ...LIMIT, skip: noSmallDisk() }, async (t) => {
  const stack = await openStack(t);
  const run = stack.startUnder(onSmallDisk(SHARED_MEMORY, 4096), 'run', ...RUN);
  await stack.until('the run is ready', () => run.stdout.includes('all processes are ready'));
  for (let removals = 1; removals <= 2; removals++) {
    fs.rmSync(`/proc/${run.pid}/root${bookPath(stack.bookName)}`);
    await stack.until('the OrderBook was restarted', () => linesWith(run, 'was damaged').length === removals);
    const known = stack.orders().length;
    await stack.until('orders go on', () => stack.orders().length > known + 20);
  }
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  assert.equal(linesWith(run, 'ENOSPC').length, 0, run.stderr);
  const { ticks, restarts } = stack.summary();
  assert.deepEqual(restarts, { ...NO_RESTARTS, orderbook: 2 });
  assert.deepEqual(
    [ticks.applied + ticks.missed, ticks.seen],
    [ticks.sent, ticks.applied],
    'the ticks between two books are counted as missed',
  );
});

test('a run starts once /dev/shm has room again', {
  ...LIMIT,
  skip: noSmallDisk(),
}, async (t) => {
  const stack = await openStack(t);
  const disk = onSmallDisk(SHARED_MEMORY, 4096);
  const fillFirst = ['sh', '-c', `head -c 3M /dev/zero > ${SHARED_MEMORY}/filler; exec "$@"`, 'sh'];
  const run = stack.startUnder([...disk, ...fillFirst], 'run', ...RUN);
  await stack.until('the OrderBook has found no room', () => run.stderr.includes('ENOSPC'));
  new SmallDisk(run.pid, SHARED_MEMORY).clear();
  await stack.until('the run is ready', () => run.stdout.includes('all processes are ready'));
  await ordersGoOn(stack);
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
});

test('a full disk under the logs is reported once per process, and trading continues', {
  ...LIMIT,
  skip: noSmallDisk(),
}, async (t) => {
  const stack = await openStack(t);
  const folder = path.join(stack.folder, 'logs');
  fs.mkdirSync(folder);
  const run = stack.startUnder(onSmallDisk(folder, 256), 'run', ...RUN, '--log-dir', folder);
  await stack.until('the run is ready', () => run.stdout.includes('all processes are ready'));
  new SmallDisk(run.pid, folder).fill();
  await stack.until('the full disk is told', () => run.stderr.includes('ENOSPC'));
  await ordersGoOn(stack);
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  const lines = run.stderr.trimEnd().split('\n');
  for (const line of lines) assert.match(line, /cannot write .*\.log \(ENOSPC.*continuing without the file$/);
  assert.equal(new Set(lines).size, lines.length, 'no process says it twice');
});

const DESCRIPTORS = 48;
const CONNECTIONS = 200;
/** Files that the process opens only when it has something to write. */
const OPENED_LATER = 5;
const MEASURED_MS = 1_000;
/** A loop of failing accepts would use 100 %. */
const SHARE_MAX = 0.5;
const TICKS_PER_S = 100;
const [UTIME, STIME] = [11, 12];

test(
  'a server whose connections use up its file descriptors neither spins nor dies, and serves again later',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const few = ['sh', '-c', `ulimit -n ${DESCRIPTORS} && exec "$@"`, 'sh'];
    const manager = stack.startUnder(few, 'order-manager');
    await stack.untilServed(stack.orderPort);
    const idle = descriptorsOf(manager.pid);
    const sockets = flood(t, stack.orderPort);
    await stack.until('all descriptors are used', () => descriptorsOf(manager.pid) >= DESCRIPTORS - 1);

    await stack.until('it is not busy', async () => {
      const share = await shareOf(manager);
      t.diagnostic(`${(100 * share).toFixed(1)} % of a core while no descriptor is left`);
      return share < SHARE_MAX;
    });

    for (const socket of sockets) socket.destroy();
    await stack.until('the descriptors are free', () => descriptorsOf(manager.pid) <= idle + OPENED_LATER);
    const client = await Peer.connect(t, stack.orderPort);
    client.send('{"symbol":"AAPL","side":"BUY","quantity":10,"price":173.2}*');
    await client.untilFrames(1);
    assert.equal(client.messages[0].status, 'FILLED');
    assert.equal(manager.exit, undefined);
  },
);

function flood(t: TestContext, port: number): net.Socket[] {
  const sockets = Array.from({ length: CONNECTIONS }, () => net.connect({ host: LOOPBACK, port }));
  for (const socket of sockets) socket.on('error', () => {});
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return sockets;
}

function descriptorsOf(pid: number): number {
  return fs.readdirSync(`/proc/${pid}/fd`).length;
}

/** The share of a core that the process uses for a while. */
async function shareOf(started: StartedProcess): Promise<number> {
  const before = cpuSeconds(started);
  const from = performance.now();
  await sleep(MEASURED_MS);
  return (1000 * (cpuSeconds(started) - before)) / (performance.now() - from);
}

function cpuSeconds({ pid }: StartedProcess): number {
  const stat = statFields(pid);
  return (Number(stat[UTIME]) + Number(stat[STIME])) / TICKS_PER_S;
}

const S_PER_DAY = 86_400;
const noCompiler = spawnSync('cc', ['--version']).status === 0 ? false : 'there is no C compiler';

for (const [days, how] of [
  [-1, 'a day back'],
  [3650, 'ten years ahead'],
] as const) {
  test(`when the wall clock jumps ${how}, only the times of the orders change`, {
    ...LIMIT,
    skip: noCompiler,
  }, async (t) => {
    const stack = await openStack(t);
    const clock = new SteppedClock(stack.folder);
    const run = stack.startUnder(clock.wrapper, 'run', ...RUN);
    await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 100);
    await ordersGoOn(stack);
    clock.set(days * S_PER_DAY);
    await stack.until('an order has the new time', () => {
      const jumpedMs = (stack.orders().at(-1)?.timeMs ?? Number.NaN) - Date.now();
      return Math.abs(jumpedMs / 1000 - days * S_PER_DAY) < S_PER_DAY / 2;
    });
    await ordersGoOn(stack);
    await endsWell(stack, run);

    const orders = stack.orders();
    assert.deepEqual(
      orders.map(({ orderId }) => orderId),
      orders.map((_, index) => index + 1),
    );
    const { ticks } = stack.summary();
    assert.deepEqual([ticks.applied, ticks.seen, ticks.gaps], [ticks.sent, ticks.sent, 0]);
  });
}
