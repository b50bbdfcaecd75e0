// What a user's file threw, as text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thrownText } from '../../src/platform/place-in-file.ts';

test('an error with a cause says why, also if the cause has no message', () => {
  const because = (cause: unknown) => thrownText(new TypeError('fetch failed', { cause }));
  assert.equal(because(undefined), 'TypeError: fetch failed');
  assert.equal(because(new Error('connect ECONNREFUSED')), 'TypeError: fetch failed (connect ECONNREFUSED)');
  const allRefused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  assert.equal(because(allRefused), 'TypeError: fetch failed (ECONNREFUSED)');
  assert.equal(because(new RangeError()), 'TypeError: fetch failed (RangeError)');
});
