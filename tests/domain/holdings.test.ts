import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Holdings } from '../../src/domain/holdings.ts';

test('long and short are sums over all symbols, whatever each position was before', () => {
  const holdings = new Holdings();
  holdings.set('A', 10);
  holdings.set('B', -10);
  holdings.set('C', 5);
  assert.deepEqual([holdings.long, holdings.short], [15, 10]);
  holdings.set('A', -10);
  holdings.set('C', 0);
  assert.deepEqual([holdings.long, holdings.short], [0, 20]);
  assert.deepEqual(
    ['A', 'C', 'D'].map((symbol) => holdings.of(symbol).quantity),
    [-10, 0, 0],
  );
});

test('a symbol missing from all positions is flat, and its order stays in flight', () => {
  const holdings = new Holdings();
  holdings.set('A', 10);
  const a = holdings.of('A');
  a.hasOrder = true;
  holdings.setAll([{ symbol: 'B', quantity: -4 }]);
  assert.deepEqual([a.quantity, a.hasOrder, holdings.of('B').quantity], [0, true, -4]);
  assert.deepEqual([holdings.long, holdings.short], [0, 4]);
});
