// When a process that dies again and again is restarted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Exit, RestartPolicy } from '../../src/orchestrator/restart-policy.ts';

const KILLED: Exit = { status: null, signal: 'SIGKILL' };
const CRASHED: Exit = { status: 1, signal: null };

/** Deaths until `policy` gives up, at most `deathsMax`, and the longest pause. */
function deathsOf(exit: Exit, livedMs: number, deathsMax: number) {
  const policy = new RestartPolicy();
  const pauses: number[] = [];
  for (let deaths = 1; deaths <= deathsMax; deaths++) {
    const next = policy.afterDeath(exit, livedMs);
    if ('giveUp' in next) return { deaths, pauses, reason: next.giveUp };
    pauses.push(next.pauseMs);
  }
  return { deaths: deathsMax, pauses, reason: undefined };
}

test('a process that is killed as soon as it starts is restarted ever more slowly, and given up in the end', () => {
  const { deaths, pauses, reason } = deathsOf(KILLED, 460, 1_000);
  assert.equal(deaths, 30);
  assert.match(reason ?? '', /killed 30 times in a row soon after its start: is memory short/);
  assert.deepEqual(pauses.slice(0, 9), [50, 50, 50, 50, 50, 50, 100, 200, 400]);
  assert.equal(Math.max(...pauses), 2_000);
});

test('from the first longer pause on, the reason is given', () => {
  const policy = new RestartPolicy();
  const notes = Array.from({ length: 8 }, () => policy.afterDeath(KILLED, 100)).map((next) => 'note' in next);
  assert.deepEqual(notes, [false, false, false, false, false, false, true, true]);
});

test('a process that is killed while it works is restarted without a growing pause, however often', () => {
  const { pauses, reason } = deathsOf(KILLED, 3_000, 500);
  assert.equal(reason, undefined);
  assert.ok(pauses.every((pause) => pause === 50));
});

test('a process that crashes six times in a row is given up; kills between do not hide it', () => {
  assert.equal(deathsOf(CRASHED, 100, 1_000).deaths, 6);
  assert.equal(deathsOf(CRASHED, 6_000, 1_000).reason, undefined);
  const policy = new RestartPolicy();
  for (let crash = 1; crash < 6; crash++) {
    assert.ok('pauseMs' in policy.afterDeath(CRASHED, 100));
    assert.ok('pauseMs' in policy.afterDeath(KILLED, 3_000));
  }
  assert.ok('giveUp' in policy.afterDeath(CRASHED, 100));
});
