import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogThrottle, withSuppressed } from '../../src/platform/log-throttle.ts';

test('the first is told at once, then those of a second together, and none is forgotten', () => {
  const seldom = new LogThrottle();
  assert.deepEqual(
    [0, 1, 500, 999, 1_000, 1_500, 9_000].map((now) => seldom.due(now)),
    [1, 0, 0, 0, 4, 0, 2],
  );
});

test('as many as may be are told each by itself, then those of the second together', () => {
  const seldom = new LogThrottle(2);
  assert.deepEqual(
    [0, 1, 500, 999, 1_000, 1_500, 1_600, 9_000].map((now) => seldom.due(now)),
    [1, 1, 0, 0, 3, 1, 0, 2],
  );
});

test('what was not told is told of as a number', () => {
  assert.equal(withSuppressed('it is so', 1), 'it is so');
  assert.equal(withSuppressed('it is so', 3), 'it is so (and 2 more before it)');
});
