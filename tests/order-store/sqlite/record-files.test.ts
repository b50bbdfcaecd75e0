import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { RecordReadError, RecordWriteError } from '../../../src/order-store/errors.ts';
import { RecordLostError } from '../../../src/order-store/sqlite/errors.ts';
import { SqliteOrderStore } from '../../../src/order-store/sqlite/sqlite-order-store.ts';
import { filledOrder } from '../recorded-orders.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ORDERS = 200;

/** A record with orders in the database and in the write-ahead log. */
function openRecord(t: TestContext) {
  const folder = join(temporaryFolder(t), 'run');
  const file = join(folder, 'orders.sqlite');
  const record = SqliteOrderStore.open(file, { fsync: false });
  t.after(() => record.close());
  const add = (orders: number) => {
    const next = record.lastOrderId + 1;
    record.recordAll(
      Array.from({ length: orders }, (_, index) => filledOrder(next + index)),
      [],
    );
  };
  add(ORDERS);
  checkpoint(file, 'PASSIVE');
  add(ORDERS);
  return { folder, file, record, add };
}

function checkpoint(file: string, mode: string): void {
  const other = new DatabaseSync(file);
  other.exec(`PRAGMA wal_checkpoint(${mode})`);
  other.close();
}

const overwrite = (file: string) => fs.writeFileSync(file, fs.readFileSync(file));
const replace = (file: string) => {
  fs.copyFileSync(file, `${file}.copy`);
  fs.renameSync(`${file}.copy`, file);
};

const LOSSES: [string, RegExp, (places: { folder: string; file: string }) => void][] = [
  ['the folder is removed', /removed or moved/, ({ folder }) => fs.rmSync(folder, { recursive: true })],
  ['the folder is moved', /removed or moved/, ({ folder }) => fs.renameSync(folder, `${folder}-moved`)],
  ['the database is removed', /removed or moved/, ({ file }) => fs.rmSync(file)],
  ['the write-ahead log is removed', /removed or moved/, ({ file }) => fs.rmSync(`${file}-wal`)],
  ['the wal-index is removed', /removed or moved/, ({ file }) => fs.rmSync(`${file}-shm`)],
  ['the database is replaced by a copy', /was replaced/, ({ file }) => replace(file)],
  ['the write-ahead log is replaced', /was replaced/, ({ file }) => replace(`${file}-wal`)],
  ['the database is overwritten in place', /was overwritten/, ({ file }) => overwrite(file)],
  ['the database is emptied', /was cut/, ({ file }) => fs.truncateSync(file)],
  ['the database is cut', /was cut/, ({ file }) => fs.truncateSync(file, 4096)],
  ['the write-ahead log is cut', /log cut/, ({ file }) => fs.truncateSync(`${file}-wal`, 4096)],
];

for (const [what, message, harm] of LOSSES) {
  test(`nothing is recorded after ${what}`, (t) => {
    const { folder, file, record, add } = openRecord(t);
    harm({ folder, file });
    assert.throws(
      () => add(1),
      (thrown) => {
        assert.ok(thrown instanceof RecordWriteError && thrown.cause instanceof RecordLostError);
        assert.match(thrown.cause.message, message);
        return true;
      },
    );
    assert.equal(record.lastOrderId, 2 * ORDERS);
    assert.throws(() => record.find('crossover', 'x'), RecordReadError);
    assert.match(String(record.checkFiles()?.message), message);
  });
}

test('a loss is noticed without an order too', (t) => {
  const { file, record } = openRecord(t);
  assert.equal(record.checkFiles(), undefined);
  fs.rmSync(file);
  assert.ok(record.checkFiles() instanceof RecordLostError);
});

test('a file removed while its group is written is noticed before the report', (t) => {
  const { file, record, add } = openRecord(t);
  const { database } = record as unknown as { database: DatabaseSync };
  database.function('remove_record', () => {
    fs.rmSync(file);
    return 1;
  });
  database.exec('CREATE TEMP TRIGGER lost AFTER INSERT ON orders BEGIN SELECT remove_record(); END');
  assert.throws(() => add(1), RecordWriteError);
});

test('checkpoints, writes and vacuums of other programs are no loss', (t) => {
  const { file, record, add } = openRecord(t);
  for (const mode of ['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE']) {
    checkpoint(file, mode);
    assert.equal(record.checkFiles(), undefined, mode);
    add(ORDERS);
    assert.equal(record.checkFiles(), undefined, mode);
  }
  const other = new DatabaseSync(file);
  other.exec('CREATE TABLE notes (text); INSERT INTO notes VALUES (zeroblob(1000000)); DELETE FROM notes');
  add(1);
  checkpoint(file, 'TRUNCATE');
  other.exec('VACUUM');
  add(1);
  other.close();
  checkpoint(file, 'TRUNCATE');
  assert.equal(record.checkFiles(), undefined);
  add(5_000);
  add(5_000);
  assert.equal(record.checkFiles(), undefined);
});

test('closing a lost record leaves what was put back as it is', (t) => {
  const { file, record } = openRecord(t);
  replace(`${file}-wal`);
  overwrite(file);
  const putBack = ['', '-wal'].map((suffix) => fs.readFileSync(file + suffix));
  record.close();
  assert.deepEqual(
    ['', '-wal'].map((suffix) => fs.readFileSync(file + suffix)),
    putBack,
  );
});
