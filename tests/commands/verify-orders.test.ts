// ./tickline orders --verify on a stack with an order lane: journal, SQLite and reports.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RecordDiffersError, verifyOrders } from '../../src/commands/verify-orders.ts';
import { NoJournalError } from '../../src/order-store/journal/errors.ts';
import { journalFolder, segmentFiles } from '../../src/order-store/journal/segment.ts';
import { openJournaledStore } from '../../src/order-store/open-journaled-store.ts';
import { RecordReader } from '../../src/order-store/record-reader.ts';
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

/** A record of so many orders, and of no stack. */
function closedRecord(t: TestContext, orders: number): string {
  const file = join(temporaryFolder(t), 'orders.sqlite');
  const { store } = openJournaledStore(file, { fsync: false });
  for (let id = 1; id <= orders; id++) store.recordAll([filledOrder(id)], []);
  store.close();
  return file;
}

test('a backup, which has no journal, is not called verified', (t) => {
  using reader = RecordReader.open(closedRecord(t, 2));
  const copy = join(temporaryFolder(t), 'copy.sqlite');
  reader.backup(copy);
  const lines = printed(t, () => assert.throws(() => verifyOrders(copy, 'none'), NoJournalError));
  assert.deepEqual(lines, []);
  const error = new NoJournalError(`${copy}.journal`, 2);
  assert.throws(() => verifyOrders(copy, 'none'), { message: error.message, exitStatus: 1 });
  assert.match(error.message, /^there is no journal \S+, so 2 orders in SQLite could not be compared; /);
});

test('a record whose old files of the journal were all removed says that nothing was compared', (t) => {
  const file = closedRecord(t, 2);
  for (const { path } of segmentFiles(journalFolder(file))) fs.rmSync(path);
  assert.deepEqual(
    printed(t, () => verifyOrders(file, 'none')),
    [
      'nothing was compared: the journal has no files any more (--journal-keep), and 2 orders are in SQLite only',
    ],
  );
});

test('orders whose file of the journal was removed are counted beside those that were compared', (t) => {
  const file = closedRecord(t, 2);
  for (const { path } of segmentFiles(journalFolder(file))) fs.rmSync(path);
  const { store } = openJournaledStore(file, { fsync: false });
  store.recordAll([filledOrder(3)], []);
  store.close();
  assert.deepEqual(
    printed(t, () => verifyOrders(file, 'none')),
    ['1 order in 1 file of the journal is the same in SQLite; 2 older ones are in SQLite only'],
  );
});

test('a record without orders has nothing to compare', (t) => {
  const file = closedRecord(t, 0);
  const lines = ['the record has no orders yet'];
  assert.deepEqual(
    printed(t, () => verifyOrders(file, 'none')),
    lines,
  );
  fs.rmSync(journalFolder(file), { recursive: true, force: true });
  assert.deepEqual(
    printed(t, () => verifyOrders(file, 'none')),
    lines,
  );
});
