import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstTick } from '../../src/gateway/first-tick.ts';

/** A killed run that had counted 120 ticks as sent, of which the price book has 100. */
const KILLED = { runId: 1_700_000_000_000_000, next: 101, sent: 120 };

test('a feed that can repeat continues with the first tick that the price book does not have', () => {
  const { runId, sequence, resent } = firstTick(true, KILLED);
  assert.deepEqual([runId, sequence, resent], [KILLED.runId, 101, 20]);
});

test('a feed that cannot repeat continues after the last tick that was sent', () => {
  const { runId, sequence, resent } = firstTick(false, KILLED);
  assert.deepEqual([runId, sequence, resent], [KILLED.runId, 121, 0]);
});

for (const canRepeat of [true, false])
  test(`without a position in the price book, a feed that can${canRepeat ? '' : 'not'} repeat sends no tick again`, () => {
    const { sequence, resent, isPositionLost } = firstTick(canRepeat, { ...KILLED, next: undefined });
    assert.deepEqual([sequence, resent, isPositionLost], [121, 0, true]);
  });

test('without a previous run the first tick is 1, of a run with its own number', async () => {
  const one = firstTick(true, undefined);
  assert.deepEqual([one.sequence, one.resent], [1, 0]);
  assert.ok(Number.isSafeInteger(one.runId));
});
