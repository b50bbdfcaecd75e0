// An id that two orders of a group have is found, whether ids count or not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GroupOrders } from '../../src/order-store/group-orders.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import fc from '../property.ts';
import { filledOrder } from './recorded-orders.ts';

const clOrdId = fc.oneof(
  fc.tuple(fc.constantFrom('run', 'run-1', 'other'), fc.nat(9)).map(([session, n]) => `${session}-${n}`),
  fc.constantFrom('run-01', 'run-', '-1', '1', 'run-1x', 'run-9999999999999999', 'run', undefined),
);
const asked = fc.record({ strategy: fc.constantFrom('a', 'b'), clOrdId });

test('the first order of a group with an id is found by it', () => {
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 30 }), (all) => {
      const orders: RecordedOrder[] = [];
      const ofGroup = new GroupOrders(orders);
      for (const one of all) {
        if (one.clOrdId !== undefined) {
          const first = orders.find(
            (order) => order.strategy === one.strategy && order.clOrdId === one.clOrdId,
          );
          assert.equal(ofGroup.find(one.strategy, one.clOrdId), first);
        }
        orders.push(filledOrder(orders.length + 1, one));
      }
    }),
    { numRuns: 500 },
  );
});

test('in a whole group, an order is the first with its id unless another one is found', () => {
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 30 }), (all) => {
      const orders = all.map((one, index) => filledOrder(index + 1, one));
      const ofGroup = new GroupOrders(orders);
      for (const order of orders) {
        const { strategy, clOrdId: id } = order;
        if (id === undefined) continue;
        const first = orders.find((one) => one.strategy === strategy && one.clOrdId === id);
        assert.equal(ofGroup.find(strategy, id) ?? order, first);
      }
    }),
    { numRuns: 500 },
  );
});
