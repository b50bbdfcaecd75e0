// A stack without ticks sleeps: no process is busy waiting, once it has started.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { statFields } from '../../tools/testing/proc.ts';
import type { ProcessName } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack, untilConnected } from './stack.ts';

const MEASURED_MS = 2_000;
/** A busy loop takes 100 %. */
const SHARE_MAX = 0.25;
const TICKS_PER_S = 100;
const [UTIME, STIME] = [11, 12];

test('no process is busy while the next tick is a month away', { timeout: 180_000 }, async (t) => {
  const stack = await openStack(t);
  const data = path.join(PROJECT_ROOT, 'data', 'stocks-2000-2010.csv');
  const names: readonly ProcessName[] = ['order-manager', 'orderbook', 'strategy', 'gateway'];
  const options = ['--data', data, '--rate', '1x', '--news-every', '1000ms'];
  const processes = names.map((name) => stack.start(name, ...(name === 'gateway' ? options : [])));
  await untilConnected(stack);
  await stack.until('the first ticks are sent', () => stack.counter('gateway.ticksSent') > 0);

  let shares: number[] = [];
  await stack.until('no process is busy', async () => {
    shares = await sharesOf(processes);
    return shares.every((share) => share < SHARE_MAX);
  });
  for (const [index, share] of shares.entries())
    t.diagnostic(`${names[index]}: ${(100 * share).toFixed(1)} % of a core`);
  for (const { stderr } of processes) assert.equal(stderr, '');
});

/** The part of a core that each takes for a while. */
async function sharesOf(processes: readonly StartedProcess[]): Promise<number[]> {
  const before = processes.map(cpuSeconds);
  const from = performance.now();
  await sleep(MEASURED_MS);
  const seconds = (performance.now() - from) / 1000;
  return processes.map((started, index) => (cpuSeconds(started) - before[index]) / seconds);
}

function cpuSeconds({ pid }: StartedProcess): number {
  const stat = statFields(pid);
  return (Number(stat[UTIME]) + Number(stat[STIME])) / TICKS_PER_S;
}
