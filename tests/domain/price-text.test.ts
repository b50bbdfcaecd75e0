import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priceText } from '../../src/domain/price-text.ts';
import fc from '../property.ts';

test('a price has at least two decimals, and as many as it needs', () => {
  const texts: [number, string][] = [
    [173, '173.00'],
    [173.2, '173.20'],
    [173.25, '173.25'],
    [0.125, '0.125'],
    [0.00000001, '0.00000001'],
    [1_000_000, '1000000.00'],
    [1e21, '1000000000000000000000.00'],
  ];
  for (const [price, text] of texts) assert.equal(priceText(price), text);
});

test('no price is printed in exponent form, and up to 8 decimals none loses its value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (units) => {
      const text = priceText(units / 1e8);
      assert.match(text, /^\d+\.\d{2,8}$/);
      assert.equal(Number(text), units / 1e8);
    }),
  );
});
