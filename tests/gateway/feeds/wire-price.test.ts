import assert from 'node:assert/strict';
import { it } from 'node:test';
import { wirePrice } from '../../../src/gateway/feeds/wire-price.ts';
import fc from '../../property.ts';

const wholes = fc.bigInt({ min: 0n, max: 10n ** 16n - 1n }).map(String);
const decimals = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 8 });

it('a price with up to 8 decimals stays as it is written', () => {
  fc.assert(
    fc.property(wholes, decimals, (whole, fraction) => {
      const text = fraction === '' ? whole : `${whole}.${fraction}`;
      assert.equal(wirePrice(text), Number(text) > 0 ? text : undefined);
    }),
  );
});

it('a price with an exponent becomes plain notation with the same value', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 99_999_999 }),
      fc.integer({ min: -8, max: 6 }),
      (digits, exponent) => {
        const price = wirePrice(`${digits}e${exponent}`) ?? 'none';
        assert.match(price, /^\d+(\.\d+)?$/);
        assert.equal(Number(price), Number(`${digits}e${exponent}`));
      },
    ),
  );
});

it('forms that the wire does not have are rewritten', () => {
  const forms = [
    ['1.5e-7', '0.00000015'],
    ['9.8E-06', '0.0000098'],
    ['1.25e+2', '125'],
    ['4e3', '4000'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+5.10', '5.10'],
    ['0012.30', '12.30'],
    ['1.1234567800', '1.12345678'],
    ['100.000000000000', '100.00000000'],
  ];
  for (const [text, price] of forms) assert.equal(wirePrice(text), price, text);
});

it('text that is not a price is refused', () => {
  const texts = [
    '',
    ' ',
    'abc',
    'NaN',
    'nan',
    'inf',
    'Infinity',
    '-1',
    '-0.5',
    '0',
    '0.00',
    '0e5',
    '.',
    '+',
    'e5',
  ];
  texts.push('1,234.5', '$5', '5 USD', '0x10', '1_000', '1.2.3', '1e', '1e400', '٣', '5*', '5\n');
  for (const text of texts) assert.equal(wirePrice(text), undefined, text);
});

it('a price that would have to be rounded, or is too long, is refused', () => {
  for (const text of [
    '1.123456789',
    '1e-9',
    '172.52999877929688',
    '12345678901234567',
    '1e16',
    '9'.repeat(5000),
  ]) {
    assert.equal(wirePrice(text), undefined, text);
  }
});
