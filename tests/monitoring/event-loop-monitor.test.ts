import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { EventLoopMonitor } from '../../src/monitoring/event-loop-monitor.ts';

const BUSY_MS = 60;

test('a turn that was long is told for four looks, and then forgotten', { timeout: 60_000 }, async () => {
  const watch = new EventLoopMonitor();
  const forgotten = () => watch.look() < BUSY_MS * 1e6;
  await turn();
  const until = performance.now() + BUSY_MS;
  while (performance.now() < until);
  await turn();
  await turn();
  const looks = [];
  for (let look = 0; look < 4; look++) {
    looks.push(forgotten());
    await turn();
  }
  assert.deepEqual(looks, [false, false, false, false]);
  while (!forgotten()) await turn();
});
