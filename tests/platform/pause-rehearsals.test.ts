import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PauseRehearsals } from '../../src/platform/pause-rehearsals.ts';

test('work is rehearsed until its code is compiled, then while it is frequent, and not right after it', () => {
  let rounds = 0;
  const pauses = new PauseRehearsals(() => {
    rounds++;
  }, 2);
  let now = 0;
  const spentAfter = (ms: number) => {
    now += ms;
    return pauses.spend(now);
  };
  while (rounds < 3_000) assert.equal(spentAfter(2), true);
  assert.equal(rounds, 3_000);
  assert.deepEqual([spentAfter(2), pauses.isOver(now)], [false, true], 'there was no work');
  pauses.noteWork(now);
  assert.equal(pauses.isOver(now), false);
  assert.equal(spentAfter(1), false, 'what it has caused may come');
  assert.equal(spentAfter(1), true);
  assert.equal(spentAfter(1), false, 'too soon');
  assert.equal(rounds, 3_001);
  assert.deepEqual([spentAfter(1_000), pauses.isOver(now)], [false, true], 'the last was long ago');
});
