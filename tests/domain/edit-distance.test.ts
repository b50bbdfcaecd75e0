import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearName } from '../../src/domain/edit-distance.ts';
import fc from '../property.ts';

const NAMES = ['AA', 'AXP', 'AAPL', 'pricePort', 'rate'];

test('a name is suggested for one that differs in at most a third of its letters, or in one', () => {
  const typed = ['A', 'AX', 'APPL', 'axp', 'price-prt', 'RATES', 'NOPE', 'X', 'prices', ''];
  const near = [
    undefined,
    'AA',
    'AAPL',
    'AXP',
    'pricePort',
    'rate',
    undefined,
    undefined,
    undefined,
    undefined,
  ];
  assert.deepEqual(
    typed.map((text) => nearName(text, NAMES)),
    near,
  );
  assert.equal(nearName('rate', []), undefined);
});

test('a distance is 0 only without a difference, and the same in both directions', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b);
      assert.equal(distance === 0, a.toLowerCase() === b.toLowerCase());
      assert.equal(distance, editDistance(b, a));
      assert.ok(distance <= Math.max(a.toLowerCase().length, b.toLowerCase().length));
    }),
  );
});
