// A process of the stack that dies: restarted, unless the run stops and it had not started.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from '../../src/orchestrator/worker.ts';

/** Interrupts a process that has just been spawned. Returns what was reported of it. */
async function interrupted(t: TestContext, isStopping: boolean) {
  const reports: string[] = [];
  const report = (what: string) => () => void reports.push(what);
  const worker = new Worker('stat', () => [], {
    isStopping,
    onRestart: report('restart'),
    onFinished: report('finished'),
    onGivenUp: report('given up'),
    onKilled: report('killed'),
    onFailedAtStop: report('failed at stop'),
  });
  t.after(() => worker.stop());
  worker.start();
  worker.signal('SIGINT');
  while (worker.pid !== undefined) await sleep(1);
  await sleep(100); // a restart waits for 50 ms
  return { reports, restarts: worker.restarts };
}

test('a process that Ctrl-C ends before it has started is not restarted while the run stops', async (t) => {
  assert.deepEqual(await interrupted(t, true), { reports: [], restarts: 0 });
});

test('a process that a SIGINT ends while the run goes on is restarted', async (t) => {
  const { reports, restarts } = await interrupted(t, false);
  assert.deepEqual([reports[0], restarts > 0], ['restart', true]);
});
