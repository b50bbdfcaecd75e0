// Orders that SQLite lacks are found until they are dropped, whenever they are looked up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournaledOrder } from '../../../src/order-store/journal/journaled-order.ts';
import { UnprojectedOrders } from '../../../src/order-store/journal/unprojected-orders.ts';
import { orderToReport } from '../../../src/order-store/recorded-order.ts';
import fc from '../../property.ts';
import { filledOrder, heldPosition } from '../recorded-orders.ts';

const strategy = 'crossover';
const SYMBOLS = ['A', 'B', 'C'];

function journaled(orderId: number, symbol: string): JournaledOrder {
  const order = filledOrder(orderId, { symbol, position: orderId });
  return { order, after: heldPosition({ symbol, quantity: orderId }), chain: orderId };
}

const step = fc.oneof(
  fc.record({ what: fc.constant('add'), symbol: fc.constantFrom(...SYMBOLS) }),
  fc.record({ what: fc.constant('drop'), count: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ what: fc.constant('look up') }),
);

test('an order and its position are found from when it is added until it is dropped', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const unprojected = new UnprojectedOrders();
      const added: JournaledOrder[] = [];
      let dropped = 0;
      for (const one of steps) {
        if ('symbol' in one) {
          added.push(journaled(added.length + 1, one.symbol));
          unprojected.add(added[added.length - 1]);
        } else if ('count' in one) {
          dropped = Math.min(added.length, dropped + one.count);
          unprojected.dropThrough(dropped);
        } else requireSame(unprojected, added, dropped);
      }
      requireSame(unprojected, added, dropped);
    }),
  );
});

function requireSame(unprojected: UnprojectedOrders, added: readonly JournaledOrder[], dropped: number) {
  const kept = added.slice(dropped);
  assert.deepEqual(unprojected.all(), kept);
  for (const { order } of added) {
    const found = order.orderId > dropped ? orderToReport(order) : undefined;
    assert.deepEqual(unprojected.find(strategy, order.clOrdId ?? ''), found);
  }
  for (const symbol of SYMBOLS) {
    const latest = kept.findLast(({ order }) => order.symbol === symbol);
    assert.deepEqual(unprojected.position(strategy, symbol), latest?.after);
  }
  const changed = SYMBOLS.filter((symbol) => kept.some(({ order }) => order.symbol === symbol));
  assert.deepEqual(
    unprojected
      .positions()
      .map(({ symbol }) => symbol)
      .sort(),
    changed,
  );
}
