import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Seldom } from '../../src/system/seldom.ts';

test('the first is told at once, then those of a second together, and none is forgotten', () => {
  const seldom = new Seldom();
  assert.deepEqual(
    [0, 1, 500, 999, 1_000, 1_500, 9_000].map((now) => seldom.due(now)),
    [1, 0, 0, 0, 4, 0, 2],
  );
});
