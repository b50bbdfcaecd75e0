import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Order, Side } from '../../../src/domain/orders.ts';
import { ALL_HALTED, type Halts, NO_HALTS } from '../../../src/domain/risk/halts.ts';
import { checkOrder } from '../../../src/domain/risk/risk-checks.ts';
import { DEFAULT_RISK_LIMITS, type RiskLimits } from '../../../src/domain/risk/risk-limits.ts';
import fc from '../../property.ts';

const ORDER: Order = { symbol: 'AAPL', side: 'BUY', quantity: 10, price: 173.2 };

interface Desk {
  readonly strategy?: string;
  readonly position?: number;
  readonly limits?: Partial<RiskLimits>;
  readonly halts?: Halts;
  readonly last?: number;
}

function reasonFor(change: Partial<Order>, desk: Desk = {}): string | undefined {
  const { strategy = 's', position = 0, limits, halts = NO_HALTS, last } = desk;
  const view = { limits: { ...DEFAULT_RISK_LIMITS, ...limits }, halts, lastPrice: () => last };
  return checkOrder({ strategy, order: { ...ORDER, ...change }, position }, view);
}

test('a valid order passes, up to and including the limits', () => {
  assert.equal(reasonFor({}), undefined);
  assert.equal(reasonFor({ quantity: 1_000_000, price: 1_000 }), undefined);
});

test('an invalid symbol is rejected', () => {
  assert.equal(reasonFor({ symbol: '' }), 'BAD_SYMBOL symbol=""');
  assert.equal(reasonFor({ symbol: 'A B' }), 'BAD_SYMBOL symbol="A B"');
});

test('a quantity is above 0 with at most 8 decimals', () => {
  const expected = 'expected=above-0-with-at-most-8-decimals';
  for (const quantity of [0, -10, 1.123456789, 0.1 + 0.2, Number.NaN])
    assert.equal(reasonFor({ quantity }), `BAD_QUANTITY quantity=${quantity} ${expected}`);
  assert.equal(reasonFor({ quantity: 1e-9 }), `BAD_QUANTITY quantity=0.000000001 ${expected}`);
});

test('shares may have decimals, up to where they are exact', () => {
  for (const quantity of [1e-8, 0.015, 1.5, 999_999.99999999])
    assert.equal(reasonFor({ quantity }), undefined);
  assert.equal(
    reasonFor({ quantity: 20_000_000.5 }),
    'BAD_QUANTITY quantity=20000000.5 expected=whole-above-10000000',
  );
});

test('a position with decimals stays where it is exact, whatever its limit is', () => {
  const limits = { positionMax: 1e12 };
  assert.equal(
    reasonFor({ quantity: 0.5, price: 1 }, { position: 10_000_000, limits }),
    'POSITION_ABOVE_LIMIT position=10000000.5 limit=10000000',
  );
  assert.ok(reasonFor({ quantity: 1e-8, price: 1, side: 'SELL' }, { position: 1e12, limits }));
  assert.equal(
    reasonFor({ quantity: 0.5, price: 1, side: 'SELL' }, { position: 10_000_000, limits }),
    undefined,
  );
  assert.equal(reasonFor({ quantity: 10, price: 1 }, { position: 10_000_000, limits }), undefined);
});

test('the limits of quantity and position may have decimals', () => {
  const limits = { quantityMax: 0.5, positionMax: 0.3 };
  assert.equal(reasonFor({ quantity: 0.2 }, { position: 0.1, limits }), undefined);
  assert.equal(
    reasonFor({ quantity: 0.20000001 }, { position: 0.1, limits }),
    'POSITION_ABOVE_LIMIT position=0.30000001 limit=0.3',
  );
  assert.equal(reasonFor({ quantity: 0.6 }, { limits }), 'QUANTITY_ABOVE_LIMIT quantity=0.6 limit=0.5');
});

test('a quantity above the limit is rejected with both numbers', () => {
  const limits = { quantityMax: 1_000 };
  assert.equal(reasonFor({ quantity: 5_000 }, { limits }), 'QUANTITY_ABOVE_LIMIT quantity=5000 limit=1000');
});

test('a price must be finite and at least 0.00000001 USD', () => {
  for (const price of [0, -1, 1e-320, Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(reasonFor({ price }), `BAD_PRICE price=${price} expected=number-from-0.00000001`);
  assert.equal(reasonFor({ price: 9.9e-9 }), 'BAD_PRICE price=0.0000000099 expected=number-from-0.00000001');
});

test('an order worth more than the limit is rejected', () => {
  assert.equal(
    reasonFor({ quantity: 1_000_000, price: 1_001 }),
    'NOTIONAL_ABOVE_LIMIT notional=1001000000 limit=1000000000',
  );
});

test('only allowed symbols may be traded; without a list, all may', () => {
  const limits = { allowedSymbols: new Set(['MSFT']) };
  assert.equal(reasonFor({}, { limits }), 'SYMBOL_NOT_ALLOWED symbol=AAPL');
  assert.equal(reasonFor({ symbol: 'MSFT' }, { limits }), undefined);
});

test('a halt rejects orders of all strategies, or of the halted one, even if they reduce a position', () => {
  const closing: Partial<Order> = { side: 'SELL' };
  assert.equal(reasonFor(closing, { position: 10, halts: ALL_HALTED }), 'TRADING_HALTED halted=all');
  const halts = { all: false, strategies: new Set(['s']) };
  assert.equal(reasonFor(closing, { position: 10, halts }), 'TRADING_HALTED halted=s');
  assert.equal(reasonFor({}, { strategy: 'other', halts }), undefined);
});

test('the position after an order may not exceed the limit, long or short', () => {
  const limits = { positionMax: 15 };
  assert.equal(reasonFor({}, { limits, position: 5 }), undefined);
  assert.equal(reasonFor({}, { limits, position: 6 }), 'POSITION_ABOVE_LIMIT position=16 limit=15');
  assert.equal(
    reasonFor({ side: 'SELL' }, { limits, position: -6 }),
    'POSITION_ABOVE_LIMIT position=-16 limit=15',
  );
});

test('a position above a lowered limit may be reduced, but not reversed beyond the limit', () => {
  const limits = { positionMax: 15 };
  const selling = (quantity: number) => reasonFor({ side: 'SELL', quantity }, { limits, position: 100 });
  assert.equal(selling(10), undefined);
  assert.equal(selling(100), undefined);
  assert.equal(selling(115), undefined);
  assert.equal(selling(116), 'POSITION_ABOVE_LIMIT position=-16 limit=15');
  assert.equal(
    reasonFor({ quantity: 1 }, { limits, position: 100 }),
    'POSITION_ABOVE_LIMIT position=101 limit=15',
  );
});

test('a price outside the collar is rejected, above and below', () => {
  const desk = { limits: { collarPercent: 5 }, last: 100 };
  assert.equal(reasonFor({ price: 105.01 }, desk), 'PRICE_OUTSIDE_COLLAR price=105.01 last=100 percent=5');
  assert.equal(reasonFor({ price: 94.99 }, desk), 'PRICE_OUTSIDE_COLLAR price=94.99 last=100 percent=5');
});

test('a price at the edge of the collar passes, as does any price without a latest price or a collar', () => {
  const limits = { collarPercent: 5 };
  assert.equal(reasonFor({ price: 105 }, { limits, last: 100 }), undefined);
  assert.equal(reasonFor({ price: 95 }, { limits, last: 100 }), undefined);
  assert.equal(reasonFor({ price: 1_000 }, { limits }), undefined);
  assert.equal(reasonFor({ price: 1_000 }, { last: 100 }), undefined);
});

const anyOrder = fc.record({
  symbol: fc.constantFrom('AAPL', 'MSFT', ''),
  side: fc.constantFrom<Side>('BUY', 'SELL'),
  quantity: fc.oneof(fc.integer({ min: -1, max: 300 }), fc.double()),
  price: fc.oneof(fc.double({ min: 1, max: 300 }), fc.double()),
});

test('an order that passes leaves a position within the limit or reduces it; in a halt none passes', () => {
  fc.assert(
    fc.property(
      anyOrder,
      fc.integer({ min: -500, max: 500 }),
      fc.nat(300),
      (order, position, positionMax) => {
        const desk = { position, limits: { positionMax } };
        const after = order.side === 'BUY' ? position + order.quantity : position - order.quantity;
        const isWithin = Math.abs(after) <= positionMax;
        const isNearer = Math.abs(after) < Math.abs(position) && Math.sign(after) === Math.sign(position);
        if (reasonFor(order, desk) === undefined) assert.ok(isWithin || isNearer);
        else if (reasonFor(order, { position }) === undefined) assert.ok(!isWithin && !isNearer);
        assert.ok(reasonFor(order, { ...desk, halts: ALL_HALTED })?.startsWith('TRADING_HALTED'));
      },
    ),
  );
});

test('a price that passes the collar is within it', () => {
  const price = fc.double({ min: 0.01, max: 1_000, noNaN: true });
  fc.assert(
    fc.property(
      price,
      price,
      fc.double({ min: 0.01, max: 300, noNaN: true }),
      (asked, last, collarPercent) => {
        const reason = reasonFor({ price: asked }, { last, limits: { collarPercent } });
        const distance = (Math.abs(asked - last) / last) * 100;
        if (reason === undefined) assert.ok(distance <= collarPercent * (1 + 1e-9));
        else assert.ok(distance >= collarPercent * (1 - 1e-9));
      },
    ),
  );
});
