import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Order } from '../../src/trading/orders.ts';
import { checkOrder, DEFAULT_RISK_LIMITS } from '../../src/trading/risk-checks.ts';

const ORDER: Order = { symbol: 'AAPL', side: 'BUY', quantity: 10, price: 173.2 };

function reasonFor(change: Partial<Order>): string | undefined {
  return checkOrder({ ...ORDER, ...change }, DEFAULT_RISK_LIMITS);
}

test('a sound order passes, up to the limits themselves', () => {
  assert.equal(reasonFor({}), undefined);
  assert.equal(reasonFor({ quantity: 1_000_000, price: 1_000 }), undefined);
});

test('a symbol that cannot be one is refused', () => {
  assert.equal(reasonFor({ symbol: '' }), 'BAD_SYMBOL symbol=""');
  assert.equal(reasonFor({ symbol: 'A B' }), 'BAD_SYMBOL symbol="A B"');
});

test('a quantity must be a whole number from 1', () => {
  for (const quantity of [0, -10, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(reasonFor({ quantity }), `BAD_QUANTITY quantity=${quantity} expected=whole-number-from-1`);
  }
});

test('a quantity above the limit is refused with both numbers', () => {
  const limits = { ...DEFAULT_RISK_LIMITS, quantityMax: 1_000 };
  assert.equal(
    checkOrder({ ...ORDER, quantity: 5_000 }, limits),
    'QUANTITY_ABOVE_LIMIT quantity=5000 limit=1000',
  );
});

test('a price must be finite and above zero', () => {
  for (const price of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(reasonFor({ price }), `BAD_PRICE price=${price} expected=number-above-0`);
  }
});

test('an order worth more than the limit is refused', () => {
  assert.equal(
    reasonFor({ quantity: 1_000_000, price: 1_001 }),
    'NOTIONAL_ABOVE_LIMIT notional=1001000000 limit=1000000000',
  );
});
