import assert from 'node:assert/strict';
import { test } from 'node:test';
import { averageText, moneyText, priceText } from '../../src/domain/price-text.ts';
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

test('a price of whole cents has the two decimals that it would have by its eight', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(), fc.integer({ min: 0, max: 1e15 })), (cents) => {
      const price = cents / 100;
      assert.equal(priceText(price), price.toFixed(8).replace(/0{1,6}$/, ''));
    }),
    { numRuns: 1_000 },
  );
});

test('an amount below a cent keeps its digits, and the others have two decimals', () => {
  const texts: [number, string][] = [
    [0, '0.00'],
    [-0, '0.00'],
    [12.345678, '12.35'],
    [0.01, '0.01'],
    [0.000012, '0.000012'],
    [-0.0034, '-0.0034'],
    [0.00000001, '0.000000010'],
    [-1e-14, '0.0000000000'],
  ];
  for (const [amount, text] of texts) assert.equal(moneyText(amount), text);
});

test('an average below one USD is not rounded to cents', () => {
  assert.equal(averageText(0.00000125), '0.00000125');
  assert.equal(averageText(173.20333), '173.20');
});
