import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Side } from '../../src/domain/orders.ts';
import { applyFill, FLAT_POSITION, positionName, unrealisedPnl } from '../../src/domain/positions.ts';
import fc from '../property.ts';

const fill = fc.record({
  side: fc.constantFrom<Side>('BUY', 'SELL'),
  quantity: fc.integer({ min: 1, max: 1_000 }),
  price: fc.integer({ min: 1, max: 1_000_000 }).map((cents) => cents / 100),
});

test('realised and unrealised P&L add up to the cash flow plus the value of the position', () => {
  fc.assert(
    fc.property(
      fc.array(fill, { maxLength: 50 }),
      fc.double({ min: 0.01, max: 1e4, noNaN: true }),
      (fills, lastPrice) => {
        let position = FLAT_POSITION;
        let cash = 0;
        let turnover = 1;
        for (const { side, quantity, price } of fills) {
          position = applyFill(position, side, quantity, price);
          cash += side === 'BUY' ? -quantity * price : quantity * price;
          turnover += quantity * price;
        }
        const pnl = position.realisedPnl + unrealisedPnl(position, lastPrice);
        const worth = cash + position.quantity * lastPrice;
        assert.ok(Math.abs(pnl - worth) <= 1e-9 * (turnover + Math.abs(worth)), `${pnl} against ${worth}`);
      },
    ),
  );
});

test('the quantity is the signed sum of the fills, and a flat position has no average price', () => {
  fc.assert(
    fc.property(fc.array(fill, { maxLength: 50 }), (fills) => {
      let position = FLAT_POSITION;
      let sum = 0;
      for (const { side, quantity, price } of fills) {
        position = applyFill(position, side, quantity, price);
        sum += side === 'BUY' ? quantity : -quantity;
        assert.equal(position.quantity, sum);
        assert.equal(position.averagePrice === 0, sum === 0);
      }
    }),
  );
});

test('fills on the same side move the average price and realise nothing', () => {
  const position = applyFill(applyFill(FLAT_POSITION, 'SELL', 10, 100), 'SELL', 30, 120);
  assert.deepEqual(position, { quantity: -40, averagePrice: 115, realisedPnl: 0 });
});

test('a fill against the position realises its part and keeps the average price', () => {
  const position = applyFill(applyFill(FLAT_POSITION, 'BUY', 10, 100), 'SELL', 4, 110);
  assert.deepEqual(position, { quantity: 6, averagePrice: 100, realisedPnl: 40 });
});

test('a fill through zero realises the whole position and opens the rest at its own price', () => {
  const position = applyFill(applyFill(FLAT_POSITION, 'BUY', 10, 100), 'SELL', 20, 90);
  assert.deepEqual(position, { quantity: -10, averagePrice: 90, realisedPnl: -100 });
});

test('a short position earns when the price falls', () => {
  const position = applyFill(FLAT_POSITION, 'SELL', 10, 100);
  assert.equal(unrealisedPnl(position, 95), 50);
});

test('a position is called flat, long or short', () => {
  assert.deepEqual([0, 5, -5].map(positionName), ['flat', 'long', 'short']);
});

test('a fee is paid with its fill, whether that opens or closes shares', () => {
  const opened = applyFill(FLAT_POSITION, 'BUY', 10, 100, 1.5);
  assert.deepEqual(opened, { quantity: 10, averagePrice: 100, realisedPnl: -1.5 });
  assert.deepEqual(applyFill(opened, 'SELL', 10, 110, 1.5), {
    quantity: 0,
    averagePrice: 0,
    realisedPnl: 97,
  });
});
