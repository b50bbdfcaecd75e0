// The copy of a journal in SQLite, over a connection of its own: what is asked while it lags, and where it stops.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { journalFolder, segmentFiles } from '../../../src/order-store/journal/segment.ts';
import type { JournaledOrderStore } from '../../../src/order-store/journaled-order-store.ts';
import { openJournaledStore } from '../../../src/order-store/open-journaled-store.ts';
import { Projection } from '../../../src/order-store/projection/projection.ts';
import { verifyRecord } from '../../../src/order-store/verify.ts';
import { conformsToOrderStore } from '../conformance.ts';
import { filledOrder, heldPosition } from '../recorded-orders.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function open(t: TestContext): JournaledOrderStore {
  const { store } = openJournaledStore(join(temporaryFolder(t), 'orders.sqlite'), { fsync: false });
  t.after(() => store.close());
  return store;
}

function project(t: TestContext, { file, recordId }: JournaledOrderStore): Projection {
  const projection = new Projection({ file, recordId, fsync: false });
  t.after(() => projection.close());
  return projection;
}

function recordOne(store: JournaledOrderStore): void {
  const orderId = store.lastOrderId + 1;
  store.recordAll([filledOrder(orderId)], [heldPosition({ quantity: 10 * orderId })]);
}

function group(first: number, count: number) {
  return Array.from({ length: count }, (_, index) => filledOrder(first + index));
}

/** The ids in SQLite, without the journal. */
function copied({ file }: JournaledOrderStore): number[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare('SELECT order_id FROM orders ORDER BY order_id')
      .all()
      .map(({ order_id }) => Number(order_id));
  } finally {
    database.close();
  }
}

/** Of three groups, one is not copied, one is copied and not noted, and one is noted. */
conformsToOrderStore((t) => {
  const store = open(t);
  const projection = project(t, store);
  const recordAll = store.recordAll.bind(store);
  let groups = 0;
  store.recordAll = (...all) => {
    recordAll(...all);
    groups++;
    if (groups % 3 !== 0) while (projection.copy(store.lastOrderId));
    if (groups % 3 === 1) store.noteCopied(projection.copiedTo);
  };
  return store;
});

test('orders are copied over many files of a journal, and by the next copier from where the last one stopped', (t) => {
  const store = open(t);
  const first = project(t, store);
  for (let from = 1; from <= 12_000; from += 1_000) store.recordAll(group(from, 1_000), []);
  assert.ok(segmentFiles(journalFolder(store.file)).length >= 3);
  first.copy(700);
  assert.equal(first.copiedTo, 700, 'no further than it may');
  const next = project(t, store);
  while (next.copy(store.lastOrderId));
  store.noteCopied(next.copiedTo);
  assert.equal(store.unprojectedOrders, 0);
  const { compared, differences } = verifyRecord(store.file);
  assert.deepEqual({ compared, differences }, { compared: 12_000, differences: [] });
});

test('an order that cannot be read from the journal stops the copy before it', (t) => {
  const store = open(t);
  const projection = project(t, store);
  recordOne(store);
  recordOne(store);
  const [{ path }] = segmentFiles(journalFolder(store.file));
  const bytes = fs.readFileSync(path);
  const damaged = Buffer.from(bytes);
  damaged[128 + bytes.readUInt32LE(128) + 20] ^= 1;
  fs.writeFileSync(path, damaged);
  assert.equal(projection.copy(2), true);
  assert.throws(() => projection.copy(2), /order 2 cannot be read/);
  assert.deepEqual(copied(store), [1]);
  fs.writeFileSync(path, bytes);
  assert.equal(projection.copy(2), false);
  assert.deepEqual(copied(store), [1, 2]);
});

test('nothing is copied to a file that has taken the place of the record', (t) => {
  const store = open(t);
  const projection = project(t, store);
  recordOne(store);
  fs.renameSync(store.file, `${store.file}.old`);
  fs.writeFileSync(store.file, '');
  assert.throws(() => projection.copy(1), /is another file than the OrderManager has open/);
  assert.throws(() => projection.removeOldSegments(0), /is another file/);
  assert.equal(fs.statSync(store.file).size, 0);
});

test('a copy that another program interrupts is made later, and only once', (t) => {
  const store = open(t);
  const projection = project(t, store);
  recordOne(store);
  const other = new DatabaseSync(store.file);
  t.after(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  assert.throws(() => projection.copy(1), /locked/);
  recordOne(store);
  other.exec('ROLLBACK');
  while (projection.copy(2));
  assert.deepEqual(copied(store), [1, 2]);
  assert.equal(store.position('crossover', 'AAPL').quantity, 20);
});

test('a copy that fails in the middle begins again with its first order', (t) => {
  const store = open(t);
  const projection = project(t, store);
  for (let count = 1; count <= 40; count++) recordOne(store);
  projection.copy(2);
  const other = new DatabaseSync(store.file);
  t.after(() => other.close());
  other.exec(`INSERT INTO orders (order_id, strategy, symbol, side, quantity, price, status, time, position)
    VALUES (30, 'x', 'X', 'BUY', 1, 1, 'FILLED', '', 1)`);
  for (let attempt = 1; attempt <= 2; attempt++) assert.throws(() => projection.copy(40), /UNIQUE/);
  assert.equal(projection.copiedTo, 2);
  other.exec('DELETE FROM orders WHERE order_id = 30');
  assert.equal(projection.copy(40), false);
  assert.deepEqual(copied(store), [...Array(41).keys()].slice(1));
});

test('a copy that fails before it has read anything does not search the journal again', (t) => {
  const store = open(t);
  const projection = project(t, store);
  recordOne(store);
  recordOne(store);
  projection.copy(1);
  const other = new DatabaseSync(store.file);
  t.after(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  assert.throws(() => projection.copy(2), /locked/);
  other.exec('ROLLBACK');
  const opened = t.mock.method(fs, 'openSync');
  assert.equal(projection.copy(2), false);
  assert.equal(opened.mock.callCount(), 0);
  assert.deepEqual(copied(store), [1, 2]);
});

test('a journal whose orders are others than SQLite has is not copied, by any attempt', (t) => {
  const store = open(t);
  recordOne(store);
  recordOne(store);
  project(t, store).copy(2);
  const another = open(t);
  for (let count = 1; count <= 3; count++)
    another.recordAll([filledOrder(count, { price: 1 })], [heldPosition({ quantity: 10 * count })]);
  const [from, to] = [another, store].map(({ file }) => segmentFiles(journalFolder(file))[0].path);
  fs.writeFileSync(to, fs.readFileSync(from));
  const next = project(t, store);
  for (let attempt = 1; attempt <= 2; attempt++)
    assert.throws(() => next.copy(3), /order 2 is another one than SQLite has/);
  assert.deepEqual(copied(store), [1, 2]);
});
