// The record of an OrderManager: what its journal has and SQLite has not is there for every question, and after every start.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { RecordWriteError } from '../../src/order-store/errors.ts';
import { JournalDamagedError, OtherJournalError } from '../../src/order-store/journal/errors.ts';
import { HEADER_BYTES } from '../../src/order-store/journal/layout.ts';
import { journalFolder, segmentFiles } from '../../src/order-store/journal/segment.ts';
import type { JournaledOrderStore } from '../../src/order-store/journaled-order-store.ts';
import { openJournaledStore } from '../../src/order-store/open-journaled-store.ts';
import type { OrderStore } from '../../src/order-store/order-store.ts';
import { Projection } from '../../src/order-store/projection/projection.ts';
import { RecordReader } from '../../src/order-store/record-reader.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import { SqliteOrderReader } from '../../src/order-store/sqlite/sqlite-order-reader.ts';
import { verifyRecord } from '../../src/order-store/verify.ts';
import { conformsToOrderStore } from './conformance.ts';
import { filledOrder, heldPosition } from './recorded-orders.ts';
import { temporaryFolder } from './temporary-folder.ts';

const OPTIONS = { fsync: false };

function open(t: TestContext, file: string, options = OPTIONS) {
  const opened = openJournaledStore(file, options);
  t.after(() => opened.store.close());
  return opened;
}

function newFile(t: TestContext): string {
  return join(temporaryFolder(t), 'orders.sqlite');
}

/** What a kill leaves: copies of the files as they are now. */
function copyOf(t: TestContext, file: string): string {
  const copy = newFile(t);
  for (const suffix of ['', '-wal', '.journal'])
    if (fs.existsSync(file + suffix)) fs.cpSync(file + suffix, copy + suffix, { recursive: true });
  return copy;
}

/** As `cp` of a copy from before the first order does. */
function takeBackRecords(segment: string): void {
  const bytes = fs.readFileSync(segment);
  fs.writeFileSync(segment, bytes.fill(0, HEADER_BYTES));
}

const ids = (orders: Iterable<RecordedOrder>) => Array.from(orders, ({ orderId }) => orderId);

function projectionOf(t: TestContext, { file, recordId }: JournaledOrderStore): Projection {
  const projection = new Projection({ file, recordId, fsync: false });
  t.after(() => projection.close());
  return projection;
}

function recordOne(store: OrderStore, orderId = store.lastOrderId + 1): void {
  const quantity = 10 * orderId;
  store.recordAll([filledOrder(orderId)], [heldPosition({ quantity })]);
}

conformsToOrderStore((t) => open(t, newFile(t)).store);

conformsToOrderStore((t) => {
  const file = newFile(t);
  const { store } = open(t, file);
  const reader = RecordReader.open(file);
  t.after(() => reader.close());
  return new Proxy(store, {
    get: (target: JournaledOrderStore, name) => {
      const owner = name === 'recordAll' || name === 'lastOrderId' ? target : reader;
      const value = Reflect.get(owner, name, owner);
      return typeof value === 'function' ? value.bind(owner) : value;
    },
  });
});

test('what a killed OrderManager had not copied to SQLite is there after the next start, and was readable before', (t) => {
  const file = newFile(t);
  const { store } = open(t, file);
  for (let times = 0; times < 5; times++) recordOne(store);
  store.project();
  for (let times = 0; times < 3; times++) recordOne(store);
  const copy = copyOf(t, file);
  const reader = RecordReader.open(copy);
  t.after(() => reader.close());
  assert.deepEqual(ids(reader.orders()), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(reader.position('crossover', 'AAPL').quantity, 80);
  const next = open(t, copy);
  assert.deepEqual([next.replayed, next.torn], [3, undefined]);
  assert.deepEqual([...next.store.orders()], [...store.orders()]);
  assert.deepEqual(next.store.positions(), store.positions());
  recordOne(next.store);
  assert.deepEqual(ids(reader.orders({ newestFirst: true, limit: 2 })), [9, 8]);
});

test('a backup has the orders that only the journal has', (t) => {
  const file = newFile(t);
  const { store } = open(t, file);
  recordOne(store);
  store.project();
  recordOne(store);
  const copy = newFile(t);
  const reader = RecordReader.open(file);
  t.after(() => reader.close());
  reader.backup(copy);
  const database = new DatabaseSync(copy, { readOnly: true });
  t.after(() => database.close());
  assert.equal(database.prepare('SELECT * FROM orders').all().length, 2);
  assert.equal(database.prepare('SELECT * FROM positions').get()?.quantity, 20);
  recordOne(open(t, copy).store);
});

test('a record that was removed while nothing ran is made again from the journal', (t) => {
  const file = newFile(t);
  const { store } = open(t, file);
  for (let times = 0; times < 5; times++) recordOne(store);
  store.close();
  for (const suffix of ['', '-wal', '-shm']) fs.rmSync(file + suffix, { force: true });
  const { store: again, replayed } = open(t, file);
  assert.equal(replayed, 5);
  assert.deepEqual(again.find('crossover', 'a-3')?.orderId, 3);
});

test('the journal of another record, or of another continuation of this one, is refused', (t) => {
  const [one, other] = [newFile(t), newFile(t)];
  for (const file of [one, other]) {
    const { store } = open(t, file);
    recordOne(store);
    store.close();
  }
  fs.rmSync(journalFolder(one), { recursive: true });
  fs.cpSync(journalFolder(other), journalFolder(one), { recursive: true });
  assert.throws(() => open(t, one), OtherJournalError);

  const copy = copyOf(t, other);
  for (const [file, price] of [
    [other, 1],
    [copy, 2],
  ] as const) {
    const { store } = open(t, file);
    store.recordAll([filledOrder(2, { price })], []);
    store.close();
  }
  fs.rmSync(journalFolder(copy), { recursive: true });
  fs.cpSync(journalFolder(other), journalFolder(copy), { recursive: true });
  assert.throws(() => open(t, copy), /order 2 is another one in each/);
});

test('a journal that lacks orders which SQLite does not have is refused, and nothing is changed', (t) => {
  const file = newFile(t);
  const { store } = open(t, file);
  for (let times = 0; times < 4; times++) recordOne(store);
  const copy = copyOf(t, file);
  const [segment] = segmentFiles(journalFolder(copy));
  const bytes = fs.readFileSync(segment.path);
  const damaged = Buffer.from(bytes);
  damaged[300] ^= 1;
  fs.writeFileSync(segment.path, damaged);
  assert.throws(
    () => open(t, copy),
    (error) =>
      error instanceof JournalDamagedError &&
      /order 2 at byte \d+ cannot be read, and 2 whole ones follow/.test(error.message),
  );
  assert.deepEqual(fs.readFileSync(segment.path), damaged);
  fs.writeFileSync(segment.path, bytes);
  assert.equal(open(t, copy).replayed, 4);
});

test('while another program locks the record, orders are recorded, and copied afterwards', (t) => {
  const file = newFile(t);
  const { store } = open(t, file);
  recordOne(store);
  store.project();
  const other = new DatabaseSync(file);
  t.after(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  recordOne(store);
  assert.throws(() => store.project(), RecordWriteError);
  recordOne(store);
  assert.deepEqual(ids(store.orders()), [1, 2, 3]);
  other.exec('ROLLBACK');
  assert.equal(store.project(), false);
  assert.deepEqual([store.unprojectedOrders, store.totals().orders], [0, 3]);
});

test('only their owner can read the journal', (t) => {
  const file = newFile(t);
  recordOne(open(t, file).store);
  assert.equal(fs.statSync(journalFolder(file)).mode & 0o777, 0o700);
  for (const { path } of segmentFiles(journalFolder(file)))
    assert.equal(fs.statSync(path).mode & 0o777, 0o600);
});

test('a comparison of journal and SQLite finds a changed order, a missing one, a position and a damaged byte', (t) => {
  const file = newFile(t);
  const { store } = open(t, file);
  for (let times = 0; times < 4; times++) recordOne(store);
  store.close();
  assert.deepEqual(verifyRecord(file), {
    segments: 1,
    compared: 4,
    notCopied: 0,
    onlyInSqlite: 0,
    differences: [],
  });

  const copy = copyOf(t, file);
  const database = new DatabaseSync(copy);
  database.exec('UPDATE orders SET price = 1, note = 2 WHERE order_id = 2');
  database.exec('DELETE FROM orders WHERE order_id = 3; UPDATE positions SET realised_pnl = 9');
  database.close();
  const [segment] = segmentFiles(journalFolder(copy));
  const bytes = fs.readFileSync(segment.path);
  bytes[150]++;
  fs.writeFileSync(segment.path, bytes);
  const { differences } = verifyRecord(copy);
  assert.deepEqual(
    [
      'orders 1 to 1 at byte',
      'order 2 differs in price, note',
      'order 3 is in the journal, and not',
      'crossover holds 40 AAPL',
    ].filter((words) => !differences.some((difference) => difference.includes(words))),
    [],
    differences.join('\n'),
  );
});

test('a comparison says how many orders SQLite does not have yet', (t) => {
  const file = newFile(t);
  const { store } = open(t, file);
  recordOne(store);
  store.project();
  recordOne(store);
  assert.deepEqual(verifyRecord(file), {
    segments: 1,
    compared: 1,
    notCopied: 1,
    onlyInSqlite: 0,
    differences: [],
  });
});

test('a comparison while orders are copied finds no difference', (t) => {
  const file = newFile(t);
  const { store } = open(t, file);
  recordOne(store);
  store.project();
  const { position } = SqliteOrderReader.prototype;
  t.mock.method(
    SqliteOrderReader.prototype,
    'position',
    function (this: SqliteOrderReader, ...of: [string, string]) {
      if (store.lastOrderId === 1) {
        recordOne(store);
        store.project();
      }
      return position.apply(this, of);
    },
  );
  assert.deepEqual(verifyRecord(file), {
    segments: 1,
    compared: 1,
    notCopied: 0,
    onlyInSqlite: 0,
    differences: [],
  });
  assert.equal(store.lastOrderId, 2);
});

test('full files of the journal are removed once SQLite has their orders and they are old enough', (t) => {
  const file = newFile(t);
  const group = (first: number) => Array.from({ length: 2_000 }, (_, index) => filledOrder(first + index));
  const { store } = open(t, file);
  for (const first of [1, 2_001, 4_001]) store.recordAll(group(first), []);
  const count = () => segmentFiles(journalFolder(file)).length;
  const before = count();
  assert.ok(before >= 2);
  const projection = projectionOf(t, store);
  assert.equal(projection.removeOldSegments(0), 0, 'SQLite does not have their orders');
  while (projection.copy(store.lastOrderId));
  assert.equal(projection.removeOldSegments(3_600_000), 0, 'they are new');
  assert.ok(projection.removeOldSegments(0) > 0);
  assert.equal(count(), 1, 'the one in use is kept');
  const copy = copyOf(t, file);
  assert.equal(open(t, copy).store.lastOrderId, 6_000);
  const { compared, onlyInSqlite, differences } = verifyRecord(file);
  assert.ok(onlyInSqlite > 0);
  assert.deepEqual([compared + onlyInSqlite, differences], [6_000, []]);
});

for (const fsync of [true, false]) {
  const damages: readonly [name: string, damage: (segment: string) => void, words: RegExp][] = [
    ['removed', (segment) => fs.rmSync(segment), /was removed or moved/],
    ['moved', (segment) => fs.renameSync(segment, `${segment}.old`), /was removed or moved/],
    [
      'replaced',
      (segment) => fs.cpSync(segment, `${segment}.copy`) ?? fs.renameSync(`${segment}.copy`, segment),
      /was replaced/,
    ],
    ['cut', (segment) => fs.truncateSync(segment, 100), /was cut/],
    ['overwritten with an older copy', (segment) => takeBackRecords(segment), /was overwritten/],
    [
      'removed with its folder',
      (segment) => fs.rmSync(join(segment, '..'), { recursive: true }),
      /was removed or moved/,
    ],
  ];
  for (const [name, damage, words] of damages) {
    test(`a journal that is ${name} while in use takes no more orders (fsync ${fsync})`, (t) => {
      const file = newFile(t);
      const { store } = openJournaledStore(file, { fsync });
      recordOne(store);
      const [segment] = segmentFiles(journalFolder(file));
      damage(segment.path);
      for (let times = 0; times < 2; times++)
        assert.throws(
          () => recordOne(store, 2),
          (error) => error instanceof RecordWriteError && words.test(error.message),
        );
      store.close();
      const record = new DatabaseSync(file, { readOnly: true });
      t.after(() => record.close());
      assert.deepEqual(
        record.prepare('SELECT order_id FROM orders').all().length,
        1,
        'what was reported is in SQLite',
      );
    });
  }
}

test('every question sees the group that was just recorded, whichever is asked first', (t) => {
  const questions: [string, (store: JournaledOrderStore) => unknown, unknown][] = [
    ['hasTraded', (store) => store.hasTraded('crossover', 'AAPL'), true],
    ['symbolsTraded', (store) => store.symbolsTraded('crossover'), 1],
    ['unprojectedOrders', (store) => store.unprojectedOrders, 1],
    ['position', (store) => store.position('crossover', 'AAPL').quantity, 10],
    ['lastClOrdId', (store) => store.lastClOrdId('crossover'), 'a-1'],
    ['totals', (store) => store.totals().filled, 1],
  ];
  for (const [name, question, expected] of questions) {
    const { store } = open(t, newFile(t));
    store.hasTraded('crossover', 'AAPL');
    store.symbolsTraded('crossover'); // both are remembered
    recordOne(store);
    assert.equal(question(store), expected, name);
  }
});

test('a group that SQLite has at once is not kept as one that it lacks', (t) => {
  const { store } = open(t, newFile(t));
  const projection = projectionOf(t, store);
  recordOne(store);
  projection.copy(1);
  store.noteCopied(projection.copiedTo);
  assert.equal(store.unprojectedOrders, 0);
});
