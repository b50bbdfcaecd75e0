// A program that waits for the ports of a run to become free gets none of them, however often their processes die.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { Squatter } from '../../tools/chaos/attacks/squatter.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { guardedTokens } from '../end-to-end/guarded-stack.ts';
import { openStack } from '../end-to-end/stack.ts';

const LIMIT = { timeout: 180_000 };
const OPTIONS = ['--loop', '--rate', '5000', '--news-every', '20ms', '--dashboard'];
const KILLED = [
  'order-manager',
  'gateway',
  'order-manager',
  'dashboard',
  'gateway',
  'order-manager',
] as const;

/** The process of a run that has this command; undefined while it is restarted. */
function pidOf({ group }: StartedProcess, command: string): number | undefined {
  return group.find((pid) => commandLine(pid).includes(command));
}

function commandLine(pid: number): string[] {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // it has exited
  }
}

test('nobody gets a port of a run between the death of its process and the restart', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', ...OPTIONS, ...guardedTokens(stack));
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);
  await stack.untilServed(stack.dashboardPort);
  const ports = [stack.pricePort, stack.newsPort, stack.orderPort, stack.dashboardPort];
  const squatters = ports.map((port) => new Squatter(port));
  t.after(() => {
    for (const squatter of squatters) squatter[Symbol.dispose]();
  });
  for (const name of KILLED) {
    const pid = pidOf(run, name);
    const filled = stack.counter('strategy.ordersFilled');
    assert.notEqual(pid, undefined);
    process.kill(Number(pid), 'SIGKILL');
    await stack.until('another one runs', () => ![undefined, pid].includes(pidOf(run, name)));
    await stack.until('orders go on', () => stack.counter('strategy.ordersFilled') > filled + 10);
  }
  assert.ok(squatters.every(({ attempts }) => attempts > 100));
  assert.deepEqual(
    squatters.map(({ caught, received }) => [caught, received]),
    ports.map(() => [0, '']),
  );
  run.signal('SIGINT');
  await stack.until('the squatters get the ports of the stopped run', () =>
    squatters.every(({ caught }) => caught > 0),
  );
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
});
