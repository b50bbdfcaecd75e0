import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, someOf, wordFor } from '../../src/platform/counted.ts';

test('only a count of 1 has a noun in the singular', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, 'tick')),
    ['0 ticks', '1 tick', '2 ticks'],
  );
  assert.equal(counted(1, 'entry is', 'entries are'), '1 entry is');
  assert.equal(counted(3, 'entry is', 'entries are'), '3 entries are');
  assert.equal(wordFor(1_000, 'day'), 'days');
});

test('of many names, the first are listed and the others counted', () => {
  const names = Array.from({ length: 1_012 }, (_, index) => `S${index}`);
  assert.equal(someOf(names), `${names.slice(0, 12).join(', ')} and 1,000 more`);
  assert.equal(someOf(names.slice(0, 2)), 'S0, S1');
});
