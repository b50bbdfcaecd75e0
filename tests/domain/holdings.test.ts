import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Holdings } from '../../src/domain/holdings.ts';

test('long and short are the sums over all symbols, whatever each was before', () => {
  const held = new Holdings();
  held.set('A', 10);
  held.set('B', -10);
  held.set('C', 5);
  assert.deepEqual([held.long, held.short], [15, 10]);
  held.set('A', -10);
  held.set('C', 0);
  assert.deepEqual([held.long, held.short], [0, 20]);
  assert.deepEqual([held.of('A'), held.of('C'), held.of('D')], [-10, 0, 0]);
  held.clear();
  assert.deepEqual([held.long, held.short, held.of('A')], [0, 0, 0]);
});
