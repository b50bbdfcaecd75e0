import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotReadyError } from '../../src/orchestrator/errors.ts';
import { untilReady } from '../../src/orchestrator/readiness.ts';

const SIGNAL = new AbortController().signal;

test('untilReady() resolves when the process is ready', async () => {
  let polls = 0;
  await untilReady('gateway', { timeoutMs: 60_000, signal: SIGNAL }, () => ++polls === 3);
  assert.equal(polls, 3);
});

test('untilReady() rejects with the name of a process that is not ready in time', async () => {
  const never = untilReady('gateway', { timeoutMs: 10, signal: SIGNAL }, () => false);
  await assert.rejects(never, new NotReadyError('gateway', 10));
});

test('untilReady() rejects after an abort even if the process is ready', async () => {
  const stopping = new AbortController();
  const ready = untilReady('gateway', { timeoutMs: 60_000, signal: stopping.signal }, () => {
    stopping.abort();
    return true;
  });
  await assert.rejects(ready, { name: 'AbortError' });
});
