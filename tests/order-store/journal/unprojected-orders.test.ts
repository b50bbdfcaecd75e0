// Orders that SQLite lacks are found until they are dropped, whenever they are looked up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournaledOrder } from '../../../src/order-store/journal/journaled-order.ts';
import { RecordBuffer } from '../../../src/order-store/journal/record-codec.ts';
import { UnprojectedOrders } from '../../../src/order-store/journal/unprojected-orders.ts';
import { orderToReport } from '../../../src/order-store/recorded-order.ts';
import fc from '../../property.ts';
import { filledOrder, heldPosition } from '../recorded-orders.ts';

const STRATEGIES = ['crossover', 'other'];
const SYMBOLS = ['A', 'B', 'C'];

const buffer = new RecordBuffer();

type Asked = { readonly strategy: string; readonly symbol: string };

/** Appends the order to the buffer. */
function journaled(orderId: number, asked: Asked): JournaledOrder {
  const order = filledOrder(orderId, { ...asked, position: orderId });
  const after = heldPosition({ ...asked, quantity: orderId });
  return { order, after, chain: buffer.append(order, after, orderId, 0) };
}

/** The orders without what only a decoded record has. */
function withoutGroups(orders: readonly JournaledOrder[]): JournaledOrder[] {
  return orders.map(({ order, after, chain }) => ({ order, after, chain }));
}

const asked = fc.record({
  strategy: fc.constantFrom(...STRATEGIES),
  symbol: fc.constantFrom(...SYMBOLS),
});
const step = fc.oneof(
  fc.record({ one: asked }),
  fc.record({ group: fc.array(asked, { minLength: 1, maxLength: 4 }) }),
  fc.record({ drop: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ lookUp: fc.constant(true) }),
);

test('an order and its position are found from when it is added until it is dropped', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const unprojected = new UnprojectedOrders();
      const added: JournaledOrder[] = [];
      let dropped = 0;
      for (const next of steps) {
        buffer.clear();
        if ('group' in next) {
          const first = added.length;
          for (const one of next.group) added.push(journaled(added.length + 1, one));
          const bytes = Buffer.from(buffer.bytes.subarray(0, buffer.length));
          unprojected.addEncoded(
            bytes,
            added.slice(first).map(({ order }) => order),
          );
        } else if ('one' in next) {
          added.push(journaled(added.length + 1, next.one));
          unprojected.add(added[added.length - 1]);
        } else if ('drop' in next) {
          dropped = Math.min(added.length, dropped + next.drop);
          unprojected.dropThrough(dropped);
        } else requireSame(unprojected, added, dropped);
      }
      requireSame(unprojected, added, dropped);
    }),
    { numRuns: 500 },
  );
});

function requireSame(unprojected: UnprojectedOrders, added: readonly JournaledOrder[], dropped: number) {
  const kept = added.slice(dropped);
  assert.equal(unprojected.size, kept.length);
  for (const strategy of STRATEGIES) requireSameOf(unprojected, strategy, added, kept);
  assert.deepEqual(withoutGroups(unprojected.all()), kept);
}

function requireSameOf(
  unprojected: UnprojectedOrders,
  strategy: string,
  added: readonly JournaledOrder[],
  kept: readonly JournaledOrder[],
) {
  const own = kept.filter(({ order }) => order.strategy === strategy);
  assert.equal(unprojected.lastClOrdId(strategy), own.at(-1)?.order.clOrdId);
  for (const { order } of added) {
    const found = own.some((one) => one.order.orderId === order.orderId) ? orderToReport(order) : undefined;
    assert.deepEqual(unprojected.find(strategy, order.clOrdId ?? ''), found);
  }
  const latest = SYMBOLS.flatMap(
    (symbol) => own.findLast(({ order }) => order.symbol === symbol)?.after ?? [],
  );
  for (const symbol of SYMBOLS) {
    const after = latest.find((one) => one.symbol === symbol);
    assert.deepEqual(unprojected.position(strategy, symbol), after);
  }
  const sorted = unprojected.positionsOf(strategy).sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  assert.deepEqual(sorted, latest);
}
