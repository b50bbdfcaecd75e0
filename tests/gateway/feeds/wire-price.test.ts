import assert from 'node:assert/strict';
import { it } from 'node:test';
import { priceFault, roundedWirePrice, wirePrice } from '../../../src/gateway/feeds/wire-price.ts';
import fc from '../../property.ts';

const wholes = fc.bigInt({ min: 0n, max: 10n ** 12n - 1n }).map(String);
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
      fc.integer({ min: -8, max: 4 }),
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

it('a price that is too long, too high or too low is refused, and the fault is named', () => {
  for (const [text, fault] of [
    ['1e-9', 'too low'],
    ['1000000000000.01', 'too high'],
    ['12345678901234567', 'too high'],
    ['1e16', 'too high'],
    ['1e400', 'too high'],
    ['-37.63', 'negative'],
    ['-0.00', 'zero'],
    ['0', 'zero'],
    ['0e5', 'zero'],
    ['', 'missing'],
    ['NaN', 'missing'],
    ['N/A', 'missing'],
    ['-', 'missing'],
    ['inf', 'not a number'],
    ['abc', 'not a number'],
    ['1.2.3', 'not a number'],
    ['9'.repeat(5000), 'not a number'],
  ] as const) {
    assert.equal(wirePrice(text), undefined, text);
    assert.equal(roundedWirePrice(text), undefined, text);
    assert.equal(priceFault(text), fault, text);
  }
});

it('a price with more than 8 decimals is rounded half up, in decimal', () => {
  for (const [text, price] of [
    ['97.51000213623047', '97.51000214'],
    ['172.52999877929688', '172.52999878'],
    ['1.123456785', '1.12345679'],
    ['0.000000005', '0.00000001'],
    ['9.999999999', '10.0'],
    ['999999999999.999999999', '1000000000000.0'],
    ['1.8446744073709552e-05', '0.00001845'],
  ] as const)
    assert.equal(roundedWirePrice(text), price, text);
});
