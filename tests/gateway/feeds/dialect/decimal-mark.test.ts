import assert from 'node:assert/strict';
import { it } from 'node:test';
import { decimalMarkOf, plainNumber } from '../../../../src/gateway/feeds/dialect/decimal-mark.ts';
import fc from '../../../property.ts';

it('the decimal mark is told from any price that leaves no choice', () => {
  for (const [prices, delimiter, mark] of [
    [['97.5', '1234.25'], ';', 'point'],
    [['97,5', '101,1'], ';', 'comma'],
    [['1.234,5'], ',', 'comma'],
    [['1,234', '97,51'], ',', 'comma'],
    [['0,123'], '\t', 'comma'],
    [['1234,567'], '\t', 'comma'],
    [['1.234.567'], ';', 'comma'],
    [['600,097.50'], ',', 'point'],
    [['1,234,567'], '\t', 'point'],
    [['1,234'], ',', 'point'],
    [['1,234'], ';', 'comma'],
    [['1,234'], '\t', 'unclear'],
    [['', 'NaN'], ',', 'point'],
  ] as const)
    assert.equal(decimalMarkOf(prices, delimiter), mark, `${prices} by ${JSON.stringify(delimiter)}`);
});

it('thousands, currencies and decimal commas are removed', () => {
  for (const [text, mark, plain] of [
    ['600,097.50', 'point', '600097.50'],
    ['$1,234', 'point', '1234'],
    ['€97.5', 'point', '97.5'],
    ["1'234.50", 'point', '1234.50'],
    ['1 234,50', 'comma', '1234.50'],
    ['1\u202f234\u202f567,5', 'comma', '1234567.5'],
    ['97,5', 'comma', '97.5'],
    ['1.234,5', 'comma', '1234.5'],
    ['97.5', 'comma', '97.5'],
    ['-1,234.5', 'point', '-1234.5'],
    ['1,23,456', 'point', '1,23,456'],
    ['NaN', 'comma', 'NaN'],
  ] as const)
    assert.equal(plainNumber(text, mark), plain, text);
});

it('any price is read back from the notation of any language', () => {
  const languages = fc.constantFrom(
    ['en-US', 'point'],
    ['de-DE', 'comma'],
    ['fr-FR', 'comma'],
    ['de-CH', 'point'],
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999_999 }), languages, (cents, [language, mark]) => {
      const written = (cents / 100).toLocaleString(language, { minimumFractionDigits: 2 });
      assert.equal(Number(plainNumber(written, mark as 'point' | 'comma')), cents / 100, written);
    }),
  );
});
