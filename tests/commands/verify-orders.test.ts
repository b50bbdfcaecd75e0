// ./tickline orders --verify on a stack with an order lane: journal, SQLite and reports.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RecordDiffersError, verifyOrders } from '../../src/commands/verify-orders.ts';
import { openJournaledStore } from '../../src/order-store/open-journaled-store.ts';
import { laneOrder, TestLane } from '../order-lane/lanes.ts';
import { filledOrder } from '../order-store/recorded-orders.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

const ORDERS = 3;

/** A record of some orders, and the lane by which they were answered. @param price in the reports */
function answered(t: TestContext, price: number) {
  const file = join(temporaryFolder(t), 'orders.sqlite');
  const { store } = openJournaledStore(file, { fsync: false });
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  const manager = lane.manager(strategy);
  for (let number = 1; number <= ORDERS; number++) {
    const order = laneOrder(number);
    store.recordAll([filledOrder(number, { clOrdId: order.clOrdId, marketTime: order.marketTime })], []);
    strategy.append(order);
    manager.nextOrder();
    const report = store.find('crossover', order.clOrdId);
    assert.ok(report);
    manager.report(number === ORDERS ? { ...report, price } : report);
  }
  store.close();
  t.after(() => {
    manager.close();
    strategy.close(true);
  });
  return { file, stack: lane.address.stack };
}

/** What is printed meanwhile. */
function printed(t: TestContext, action: () => void): string[] {
  const lines: string[] = [];
  const log = t.mock.method(console, 'log', (line: string) => void lines.push(line));
  try {
    action();
  } finally {
    log.mock.restore();
  }
  return lines;
}

test('the reports in a lane are compared with their orders', (t) => {
  const { file, stack } = answered(t, filledOrder(ORDERS).price);
  const [line] = printed(t, () => verifyOrders(file, stack));
  assert.match(
    line,
    /^3 orders in 1 file .* the same in SQLite; 3 reports in order lanes are those of their orders$/,
  );
});

test('a report of another price than its order has is a difference', (t) => {
  const { file, stack } = answered(t, 1);
  const [line] = printed(t, () => assert.throws(() => verifyOrders(file, stack), RecordDiffersError));
  assert.match(line, /^the report of order 3 \(mf3k\.2a-3\) in \S+\.lane is another one in the record$/);
});

test('a lane with the orders of another record is left out', (t) => {
  const { stack } = answered(t, 1);
  const other = join(temporaryFolder(t), 'orders.sqlite');
  const { store } = openJournaledStore(other, { fsync: false });
  store.recordAll([filledOrder(1)], []);
  store.close();
  assert.match(
    printed(t, () => verifyOrders(other, stack))[0],
    /^1 order in 1 file .* is the same in SQLite$/,
  );
});
