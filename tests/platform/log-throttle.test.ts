import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogThrottle } from '../../src/platform/log-throttle.ts';

/** How many events each line stands for; 0 where there is no line. */
function counts(throttle: LogThrottle, timesMs: readonly number[]): number[] {
  return timesMs.map((now) => (throttle.shouldLog(now) ? throttle.count : 0));
}

test('the first event of a second is logged, and counts those before it that were not', () => {
  const times = [0, 1, 500, 999, 1_000, 1_500, 9_000];
  assert.deepEqual(counts(new LogThrottle(), times), [1, 0, 0, 0, 4, 0, 2]);
});

test('as many events per second as allowed are logged one by one', () => {
  const times = [0, 1, 500, 999, 1_000, 1_500, 1_600, 9_000];
  assert.deepEqual(counts(new LogThrottle(2), times), [1, 1, 0, 0, 3, 1, 0, 2]);
});

test('a message shows how many events were not logged before it', () => {
  const throttle = new LogThrottle();
  throttle.shouldLog(0);
  assert.equal(throttle.withCount('bad frame'), 'bad frame');
  counts(throttle, [1, 2, 1_000]);
  assert.equal(throttle.withCount('bad frame'), 'bad frame (and 2 more before it)');
});
