// The times of a Gateway by the clock of its reader.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOCK_ID } from '@tickline/posix';
import { TickClock } from '../../src/orderbook/tick-clock.ts';

const S = 1e9;
const NOW = 10_000 * S;
const OTHER = CLOCK_ID + 1;

/** Both ways: a Gateway that booted a day before its reader, and one that booted a day after it. */
for (const offset of [86_400 * S, -5_000 * S]) {
  const theirs = (localNs: number) => localNs + offset;

  test(`a time of a clock that is ${offset / S} s ahead becomes the arrival, less the delay in excess`, () => {
    const clock = new TickClock();
    clock.begin();
    clock.introduce(OTHER, theirs(NOW), NOW + 0.01 * S);
    assert.equal(clock.owner, 'other');
    assert.equal(clock.toLocal(theirs(NOW + S), NOW + 1.01 * S), NOW + 1.01 * S, 'the usual delay is no age');
    assert.equal(clock.toLocal(theirs(NOW + 2 * S), NOW + 7.01 * S), NOW + 2.01 * S, 'held back for 5 s');
    assert.equal(
      clock.toLocal(theirs(NOW + 9 * S), NOW + 9 * S),
      NOW + 9 * S,
      'a shorter delay counts from then on',
    );
  });
}

test('a time of this clock stays exactly as it is', () => {
  const clock = new TickClock();
  clock.begin();
  clock.introduce(CLOCK_ID, NOW - S, NOW);
  assert.equal(clock.owner, 'this');
  assert.equal(clock.toLocal(NOW - 30 * S, NOW), NOW - 30 * S);
});

test('a Gateway that does not name its clock has another one', () => {
  const clock = new TickClock();
  clock.begin();
  assert.equal(clock.toLocal(1000, NOW), NOW);
  assert.equal(clock.owner, 'other');
});

test('a least delay is forgotten after a minute, so a clock that drifts does not age prices forever', () => {
  const clock = new TickClock();
  clock.begin();
  clock.introduce(OTHER, 0, NOW);
  const slower = (s: number) => clock.toLocal((s - 3) * S, NOW + s * S); // it has lost 3 s
  assert.equal(slower(30), NOW + 27 * S);
  for (let s = 31; s < 130; s++) slower(s);
  assert.equal(slower(130), NOW + 130 * S);
});

test('a new connection starts without the delays of the last one', () => {
  const clock = new TickClock();
  clock.begin();
  clock.introduce(OTHER, NOW, NOW);
  clock.begin();
  assert.equal(clock.owner, undefined);
  assert.equal(clock.toLocal(NOW - 500 * S, NOW), NOW);
});
