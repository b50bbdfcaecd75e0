import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Side } from '../../src/domain/orders.ts';
import { applyFill, FLAT_POSITION } from '../../src/domain/positions.ts';
import {
  addQuantities,
  FRACTIONAL_SHARES_MAX,
  isQuantity,
  quantityText,
  roundedQuantity,
} from '../../src/domain/quantity.ts';
import { tradeTowardsTarget } from '../../src/domain/targets.ts';
import fc from '../property.ts';

const UNITS_PER_SHARE = 100_000_000n;

/** Units of 10^-8 shares as the decimal that a person writes. */
function decimalOf(units: bigint): string {
  const size = units < 0n ? -units : units;
  const fraction = String(size % UNITS_PER_SHARE)
    .padStart(8, '0')
    .replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${size / UNITS_PER_SHARE}${fraction && `.${fraction}`}`;
}

const UNITS_MAX = BigInt(FRACTIONAL_SHARES_MAX) * UNITS_PER_SHARE;
const units = fc.oneof(
  fc.bigInt({ min: -UNITS_MAX, max: UNITS_MAX }),
  fc.bigInt({ min: -1_000n, max: 1_000n }),
  fc.bigInt({ min: -1_000n, max: 1_000n }).map((near) => (near < 0n ? -UNITS_MAX - near : UNITS_MAX - near)),
);

test('a decimal of 8 digits is a quantity, and its text is that decimal', () => {
  fc.assert(
    fc.property(units, (exact) => {
      const shares = Number(decimalOf(exact));
      assert.ok(isQuantity(shares));
      assert.equal(quantityText(shares), decimalOf(exact));
      assert.equal(JSON.parse(JSON.stringify(shares)), shares);
    }),
  );
});

test('a sum of quantities is the double of the exact sum', () => {
  fc.assert(
    fc.property(units, units, (a, b) => {
      const sum = addQuantities(Number(decimalOf(a)), Number(decimalOf(b)));
      assert.ok(Object.is(sum, Number(decimalOf(a + b))), `${sum} for ${decimalOf(a + b)}`);
    }),
  );
});

test('a number with more decimals is no quantity, and is rounded to one', () => {
  for (const shares of [1e-9, 0.1 + 0.2, 1 / 3, Number.NaN, 10_000_000.5])
    assert.equal(isQuantity(shares), false);
  assert.deepEqual([0.1 + 0.2, 1 / 3, -1e-9].map(roundedQuantity), [0.3, 0.33333333, 0]);
  assert.ok(isQuantity(1e12));
});

test('whole shares have the text that they always had', () => {
  assert.deepEqual([10, 0, -1_000_000, 1e12, 1e21].map(quantityText), [
    '10',
    '0',
    '-1000000',
    '1000000000000',
    '1000000000000000000000',
  ]);
  assert.deepEqual([0.015, 1.5, 1e-8, -2.5e-7].map(quantityText), [
    '0.015',
    '1.5',
    '0.00000001',
    '-0.00000025',
  ]);
});

const fill = fc.record({
  side: fc.constantFrom<Side>('BUY', 'SELL'),
  units: fc.bigInt({ min: 1n, max: 100_000n * UNITS_PER_SHARE }),
  cents: fc.bigInt({ min: 1n, max: 100_000n }),
});

test('a position is exact after any fills, and one order makes it flat', () => {
  fc.assert(
    fc.property(fc.array(fill, { maxLength: 90 }), (fills) => {
      let position = FLAT_POSITION;
      let exact = 0n;
      for (const { side, units: size, cents } of fills) {
        position = applyFill(position, side, Number(decimalOf(size)), Number(cents) / 100);
        exact += side === 'BUY' ? size : -size;
        assert.ok(Object.is(position.quantity, Number(decimalOf(exact))));
      }
      const rest = tradeTowardsTarget(0, position.quantity);
      if (rest === 0) return;
      const flat = applyFill(position, rest > 0 ? 'BUY' : 'SELL', Math.abs(rest), 1);
      assert.deepEqual([flat.quantity, flat.averagePrice], [0, 0]);
    }),
  );
});

test('the realised P&L of a flat position is what was received less what was paid', () => {
  fc.assert(
    fc.property(fc.array(fill, { minLength: 1, maxLength: 40 }), (fills) => {
      let position = FLAT_POSITION;
      let exact = 0n;
      let cash = 0n; // in cents of 10^-8 shares
      let turnover = 0n;
      const trade = (side: Side, size: bigint, cents: bigint) => {
        position = applyFill(position, side, Number(decimalOf(size)), Number(cents) / 100);
        exact += side === 'BUY' ? size : -size;
        cash += (side === 'BUY' ? -size : size) * cents;
        turnover += size * cents;
      };
      for (const { side, units: size, cents } of fills) trade(side, size, cents);
      if (exact !== 0n) trade(exact > 0n ? 'SELL' : 'BUY', exact > 0n ? exact : -exact, 5_000n);
      const usd = (amount: bigint) => Number(amount) / 1e10;
      const drift = Math.abs(position.realisedPnl - usd(cash));
      assert.ok(drift <= 1e-8 + 1e-13 * usd(turnover), `${position.realisedPnl} for ${usd(cash)}`);
    }),
  );
});

test('equal small fills leave no noise in position and P&L', () => {
  let position = FLAT_POSITION;
  for (let i = 0; i < 3; i++) position = applyFill(position, 'BUY', 0.1, 3);
  assert.equal(position.quantity, 0.3);
  position = applyFill(position, 'SELL', 0.3, 3);
  assert.deepEqual(position, FLAT_POSITION);
});
