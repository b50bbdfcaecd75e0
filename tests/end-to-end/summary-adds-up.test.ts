// The summary of a run agrees with its data file, with the record, with what was printed, and with itself.
// tests/long/summary-adds-up.test.ts has the other files and rates.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStack } from './stack.ts';
import { assertAddsUp } from './summary-checks.ts';

test('the summary of the default data at 20,000 ticks per second adds up', { timeout: 180_000 }, (t) =>
  assertAddsUp(t, { file: 'dow30-1990-2001.csv', rate: '20000', trades: true }),
);

test('at a rate that no reader can follow, every tick is seen or counted as lost', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const run = stack.start(
    'run',
    '--source',
    'random',
    '--rate',
    'max',
    '--replay-window',
    '64KiB',
    '--ring',
    '1024',
  );
  await stack.until('ticks are sent', () => stack.counter('gateway.ticksSent') > 2_000_000);
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  const { ticks, restarts } = stack.summary();
  const { sent, applied, missed, seen, lapped } = ticks;
  assert.deepEqual(Object.values(restarts), [0, 0, 0, 0]);
  assert.ok(applied > 0 && seen > 0);
  assert.equal(applied + missed, sent);
  assert.equal(seen + lapped, applied);
});
