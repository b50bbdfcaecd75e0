import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Allowance } from '../../src/transport/allowance.ts';
import fc from '../property.ts';

test("one second's worth may come at once, and what is more has to wait", () => {
  const allowance = new Allowance(100, 0);
  assert.equal(allowance.take(100, 0), 0);
  assert.equal(allowance.take(1, 0), 10);
  assert.equal(allowance.take(49, 10), 490);
});

test('it fills up with time, up to one second', () => {
  const allowance = new Allowance(100, 0);
  allowance.take(100, 0);
  assert.equal(allowance.take(50, 500), 0);
  assert.equal(allowance.take(100, 60_000), 0);
  assert.equal(allowance.take(1, 60_000), 10);
});

test('who waits as long as it is told never gets more than the rate, and one second of it at first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 50 }), (chunks) => {
      const allowance = new Allowance(1_000, 0);
      let [now, taken] = [0, 0];
      for (const frames of chunks) {
        now += allowance.take(frames, now);
        taken += frames;
        assert.ok(taken <= 1_000 + now + 1e-6, `${taken} in ${now} ms`);
      }
    }),
  );
});
