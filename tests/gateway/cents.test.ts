import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CENTS_MAX, writePrice } from '../../src/gateway/cents.ts';
import fc from '../property.ts';

const bytes = new Uint8Array(32);
const view = new DataView(bytes.buffer);

function written(cents: number, at: number): string {
  const end = writePrice(view, at, cents);
  return new TextDecoder().decode(bytes.subarray(at, end));
}

it('cents become dollars with two decimals and the delimiter', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: CENTS_MAX }), fc.nat(10), (cents, at) => {
      assert.equal(written(cents, at), `${(cents / 100).toFixed(2)}*`);
    }),
  );
});

it('prices where the number of digits changes are right', () => {
  for (const cents of [
    1,
    9,
    10,
    99,
    100,
    999,
    1000,
    9999,
    10_000,
    99_999,
    100_000,
    999_999,
    1e6,
    CENTS_MAX,
  ]) {
    assert.equal(written(cents, 0), `${(cents / 100).toFixed(2)}*`);
  }
});
