// Gateway ══ TCP ══▶ OrderBook ──▶ table and ring      without, and with a dashboard that somebody looks at
//                                     ║
//                                     ╚══▶ dashboard ══ WebSocket ══▶ screen

import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { freePort } from '../src/supervision/readiness.ts';
import { type Bench, type Benchmark, measures } from './benchmark.ts';
import { FULL_SPEED, startFeed, type Window, watch } from './drive.ts';
import { cpuNs } from './process-usage.ts';
import { type Stack, withStack } from './stack.ts';

const HOST = '127.0.0.1';
const NS_PER_S = 1e9;
const RETRY_MS = 100;

export const dashboard: Benchmark = {
  name: 'dashboard',
  title: 'What an open dashboard costs the pipeline',
  about:
    'The throughput of Gateway and OrderBook, 500 symbols as fast as they go, without a dashboard and with one that a screen looks at, run by run in turn. The screen takes every frame and paints nothing: a browser on the same machine comes on top.',
  file: 'dashboard.ts',
  run: async (bench) => {
    const without = [];
    const withOne = [];
    for (let repeat = 1; repeat <= bench.effort.repeats; repeat++) {
      bench.progress(`run ${repeat} of ${bench.effort.repeats}`);
      without.push(account(await oneRun(bench)));
      withOne.push(await watchedRun(bench));
    }
    return [
      { name: 'without', measures: measures(without, { 'ticks applied': ['ticks/s', 'higher'] }) },
      {
        name: 'with one open',
        measures: measures(withOne, {
          'ticks applied': ['ticks/s', 'higher'],
          'dashboard CPU, of a core': ['%', 'lower'],
        }),
      },
    ];
  },
};

function oneRun({ effort }: Bench): Promise<Window> {
  return withStack(async (stack) => {
    const { book, pids } = await startFeed(stack, FULL_SPEED);
    await stack.pass(effort.warmUpMs);
    return watch(stack, book, pids, effort.windowMs);
  });
}

function watchedRun({ effort }: Bench) {
  return withStack(async (stack) => {
    const { book, pids } = await startFeed(stack, FULL_SPEED);
    const port = await freePort(HOST, 0, '');
    const pid = stack.start('dashboard', { dashboardPort: port });
    const screen = await look(stack, port);
    try {
      await stack.pass(effort.warmUpMs);
      const before = cpuNs(pid);
      const window = await watch(stack, book, pids, effort.windowMs);
      const cpu = (cpuNs(pid) - before) / NS_PER_S / window.seconds;
      return { ...account(window), 'dashboard CPU, of a core': cpu * 100 };
    } finally {
      screen.close();
    }
  });
}

function account({ seconds, grown }: Window) {
  return { 'ticks applied': grown['orderbook.ticksApplied'] / seconds };
}

/** A screen that takes what it is sent. */
async function look(stack: Stack, port: number): Promise<{ readonly frames: number; close(): void }> {
  await stack.listening('dashboard', port);
  const socket = new WebSocket(`ws://${HOST}:${port}/live`, { origin: `http://${HOST}:${port}` });
  const screen = { frames: 0, close: () => socket.terminate() };
  socket.on('error', () => {});
  socket.on('message', () => {
    screen.frames++;
  });
  while (screen.frames === 0) await Promise.race([stack.pass(RETRY_MS), sleep(RETRY_MS)]);
  return screen;
}
