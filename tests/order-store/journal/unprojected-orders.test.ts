// Orders that SQLite lacks are found until they are dropped, whenever they are looked up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournaledOrder } from '../../../src/order-store/journal/journaled-order.ts';
import { RecordBuffer } from '../../../src/order-store/journal/record-codec.ts';
import { UnprojectedOrders } from '../../../src/order-store/journal/unprojected-orders.ts';
import { orderToReport } from '../../../src/order-store/recorded-order.ts';
import fc from '../../property.ts';
import { filledOrder, heldPosition } from '../recorded-orders.ts';

const strategy = 'crossover';
const SYMBOLS = ['A', 'B', 'C'];

const buffer = new RecordBuffer();

/** Appends the order to the buffer. */
function journaled(orderId: number, symbol: string): JournaledOrder {
  const order = filledOrder(orderId, { symbol, position: orderId });
  const after = heldPosition({ symbol, quantity: orderId });
  return { order, after, chain: buffer.append(order, after, orderId, 0) };
}

/** The orders without what only a decoded record has. */
function withoutGroups(orders: readonly JournaledOrder[]): JournaledOrder[] {
  return orders.map(({ order, after, chain }) => ({ order, after, chain }));
}

const step = fc.oneof(
  fc.record({ what: fc.constant('add'), symbol: fc.constantFrom(...SYMBOLS) }),
  fc.record({
    what: fc.constant('add encoded'),
    symbols: fc.array(fc.constantFrom(...SYMBOLS), { minLength: 1, maxLength: 4 }),
  }),
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
        buffer.clear();
        if ('symbols' in one) {
          const first = added.length + 1;
          for (const symbol of one.symbols) added.push(journaled(added.length + 1, symbol));
          unprojected.addEncoded(Buffer.from(buffer.bytes.subarray(0, buffer.length)), first, added.length);
        } else if ('symbol' in one) {
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
  assert.equal(unprojected.size, kept.length);
  assert.deepEqual(withoutGroups(unprojected.all()), kept);
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
