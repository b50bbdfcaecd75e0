import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type FillRules,
  FREE_FILLS,
  fillOrder,
  type MarketPrice,
  withSlippage,
} from '../../src/domain/fills.ts';
import type { Side } from '../../src/domain/orders.ts';
import fc from '../property.ts';

const MARKET: FillRules = { mode: 'market', feeBps: 0, slippageBps: 0 };

function order(side: Side, price: number, quantity = 10) {
  return { symbol: 'AAPL', side, quantity, price };
}

function noPrice(): MarketPrice {
  throw new Error('nobody needs the price in the book');
}

test('without costs an order is filled at its own price, whatever the book says', () => {
  assert.deepEqual(fillOrder(order('BUY', 173.2), FREE_FILLS, noPrice), {
    isFilled: true,
    price: 173.2,
    fee: 0,
  });
});

test('a fee is a part of quantity times price, in both modes and on both sides', () => {
  const atOrder = fillOrder(order('SELL', 200), { ...FREE_FILLS, feeBps: 2.5 }, noPrice);
  assert.deepEqual(atOrder, { isFilled: true, price: 200, fee: 0.5 });
  const atMarket = fillOrder(order('BUY', 300), { ...MARKET, feeBps: 10 }, () => 250);
  assert.deepEqual(atMarket, { isFilled: true, price: 250, fee: 2.5 });
});

test('a market fill has the price in the book, moved against the trader by the slippage', () => {
  const rules = { ...MARKET, slippageBps: 20 };
  assert.deepEqual(
    fillOrder(order('BUY', 101), rules, () => 100),
    { isFilled: true, price: 100.2, fee: 0 },
  );
  assert.deepEqual(
    fillOrder(order('SELL', 99), rules, () => 100),
    { isFilled: true, price: 99.8, fee: 0 },
  );
});

test('no fill at any price in the book gives an amount that is not finite', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Side>('BUY', 'SELL'),
      fc.double({ min: 1e-8, max: Number.MAX_VALUE }),
      fc.double({ min: 1e-8, max: Number.MAX_VALUE }),
      fc.integer({ min: 1, max: 1e9 }),
      (side, limit, price, quantity) => {
        const outcome = fillOrder(
          order(side, limit, quantity),
          { ...MARKET, feeBps: 5, slippageBps: 10 },
          () => price,
        );
        if (outcome.isFilled) assert.ok(outcome.fee + quantity * outcome.price < 2e15);
        else assert.match(outcome.reason, /^(NOTIONAL_ABOVE_LIMIT|LIMIT_NOT_REACHED) /);
      },
    ),
  );
});

test('an order is rejected if the price is beyond its limit', () => {
  assert.deepEqual(
    fillOrder(order('BUY', 100), MARKET, () => 100.01),
    {
      isFilled: false,
      reason: 'LIMIT_NOT_REACHED price=100.01 limit=100',
    },
  );
  assert.equal(fillOrder(order('SELL', 100), MARKET, () => 99.99).isFilled, false);
  assert.equal(fillOrder(order('SELL', 100), MARKET, () => 100).isFilled, true);
});

test('a symbol without a usable price is rejected with the reason', () => {
  for (const market of ['SYMBOL_UNKNOWN', 'PRICE_STALE', 'NO_PRICE_BOOK'] as const)
    assert.deepEqual(
      fillOrder(order('BUY', 100), MARKET, () => market),
      {
        isFilled: false,
        reason: `${market} symbol=AAPL`,
      },
    );
});

test('a market fill is never worse than the limit, and a price that still stands fills a limit with the same slippage', () => {
  const price = fc.integer({ min: 1, max: 1e12 }).map((units) => units / 1e8);
  const side = fc.constantFrom<Side>('BUY', 'SELL');
  fc.assert(
    fc.property(
      side,
      price,
      price,
      fc.double({ min: 0, max: 1_000, noNaN: true }),
      (side, seen, now, slippageBps) => {
        const limit = withSlippage(seen, side, slippageBps);
        const rules = { ...MARKET, slippageBps };
        assert.ok(fillOrder(order(side, limit), rules, () => seen).isFilled);
        const later = fillOrder(order(side, limit), rules, () => now);
        const sign = side === 'BUY' ? 1 : -1;
        if (later.isFilled) assert.ok(sign * later.price <= sign * limit);
        else assert.ok(sign * now > sign * seen);
      },
    ),
  );
});
