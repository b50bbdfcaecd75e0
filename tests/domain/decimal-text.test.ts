import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalText } from '../../src/domain/decimal-text.ts';
import fc from '../property.ts';

test('the text of any finite number is a plain decimal that is read back as that number', () => {
  fc.assert(
    fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
      const text = decimalText(value);
      assert.match(text, /^-?\d+(\.\d+)?$/);
      assert.equal(Number(text), value === 0 ? 0 : value);
    }),
    { numRuns: 2_000 },
  );
});

test('a decimal has no digit more than it needs', () => {
  assert.deepEqual([1e-8, -2.5e-7, 0.1, 1e21, -1.25e22, 0, -0, 172.53].map(decimalText), [
    '0.00000001',
    '-0.00000025',
    '0.1',
    '1000000000000000000000',
    '-12500000000000000000000',
    '0',
    '0',
    '172.53',
  ]);
  assert.deepEqual([Number.NaN, Number.NEGATIVE_INFINITY].map(decimalText), ['NaN', '-Infinity']);
});
