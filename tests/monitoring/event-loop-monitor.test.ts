import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { EventLoopMonitor } from '../../src/monitoring/event-loop-monitor.ts';

const BUSY_MS = 60;

test('a long iteration is reported by four samples, and then forgotten', { timeout: 60_000 }, async () => {
  const monitor = new EventLoopMonitor();
  const forgotten = () => monitor.sample() < BUSY_MS * 1e6;
  await turn();
  const until = performance.now() + BUSY_MS;
  while (performance.now() < until);
  await turn();
  await turn();
  const samples = [];
  for (let i = 0; i < 4; i++) {
    samples.push(forgotten());
    await turn();
  }
  assert.deepEqual(samples, [false, false, false, false]);
  while (!forgotten()) await turn();
});
