import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusedTargets } from '../../src/domain/refused-targets.ts';

test('a refused target stays refused until another target comes', () => {
  const refused = new RefusedTargets();
  refused.add(100, 10);
  assert.deepEqual([refused.has(100, 10), refused.has(100, 10)], [true, true]);
  assert.equal(refused.has(100, 20), false);
  assert.equal(refused.has(100, 10), false);
});

test('a symbol without a target has nothing refused', () => {
  const refused = new RefusedTargets();
  refused.add(100, 10);
  refused.clear(100);
  assert.equal(refused.has(100, 10), false);
});

test('flat can be refused, and is not by default', () => {
  const refused = new RefusedTargets();
  assert.equal(refused.has(0, 0), false);
  refused.add(0, 0);
  assert.equal(refused.has(0, 0), true);
});

test('a refusal applies to its own symbol only', () => {
  const refused = new RefusedTargets();
  refused.add(0, 10);
  assert.equal(refused.has(1, 10), false);
  assert.equal(refused.has(0, 10), true);
});

test('any symbol index is accepted, and refusals are kept when the array grows', () => {
  const refused = new RefusedTargets();
  refused.add(1, -10);
  assert.equal(refused.has(1_000_000, 10), false);
  refused.clear(1_000_000);
  refused.add(1_000_000, 10);
  assert.deepEqual([refused.has(1, -10), refused.has(1_000_000, 10)], [true, true]);
});
