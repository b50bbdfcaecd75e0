import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { applyFill, FLAT_POSITION, type StrategyPosition } from '../../../src/domain/positions.ts';
import { Execution } from '../../../src/order-manager/execution.ts';
import { RecordWriteError } from '../../../src/order-store/errors.ts';
import type { RecordedOrder } from '../../../src/order-store/recorded-order.ts';
import {
  NotARecordError,
  RecordInUseError,
  RecordOpenError,
  RecordReadOnlyError,
  RecordVersionError,
} from '../../../src/order-store/sqlite/errors.ts';
import { SqliteOrderReader } from '../../../src/order-store/sqlite/sqlite-order-reader.ts';
import { SqliteOrderStore } from '../../../src/order-store/sqlite/sqlite-order-store.ts';
import { riskControls } from '../../order-manager/risk-controls.ts';
import fc from '../../property.ts';
import { conformsToOrderStore } from '../conformance.ts';
import { filledOrder, heldPosition } from '../recorded-orders.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NO_FSYNC = { fsync: false };
const NOBODY = 65_534;

function openIn(context: TestContext, file: string, options = NO_FSYNC): SqliteOrderStore {
  const record = SqliteOrderStore.open(file, options);
  context.after(() => record.close());
  return record;
}

conformsToOrderStore((t) => openIn(t, join(temporaryFolder(t), 'orders.sqlite')));

test('orders and positions are found again after the record was closed and opened', (t) => {
  const file = join(temporaryFolder(t), 'orders.sqlite');
  for (const fsync of [true, false]) {
    const record = SqliteOrderStore.open(file, { fsync });
    const first = record.lastOrderId + 1;
    const position = heldPosition({ quantity: 10 * first });
    record.recordAll([filledOrder(first)], [position]);
    record.close();

    const again = openIn(t, file);
    assert.equal(again.lastOrderId, first);
    assert.deepEqual([...again.orders({ from: first })], [filledOrder(first)]);
    assert.deepEqual(again.position('crossover', 'AAPL'), position);
    assert.deepEqual(again.positionsOf('crossover'), [position]);
    again.close();
  }
});

test('the orders of a group are recorded as they are, usual ones and others in any mix and number', (t) => {
  const halted = { status: 'REJECTED', reason: 'TRADING_HALTED' } as const;
  const changes: readonly Partial<RecordedOrder>[] = [{}, {}, {}, { fee: 0.5 }, halted, { note: 'up' }];
  const store = openIn(t, join(temporaryFolder(t), 'orders.sqlite'));
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...changes), { minLength: 1, maxLength: 70 }), (picked) => {
      const first = store.lastOrderId + 1;
      const group = picked.map((change, i) => filledOrder(first + i, change));
      store.recordAll(group, []);
      assert.deepEqual([...store.orders({ from: first })], group);
    }),
  );
});

test('a group that holds a recorded order is refused whole, and nothing of it is in the next', (t) => {
  const store = openIn(t, join(temporaryFolder(t), 'orders.sqlite'));
  const group = (first: number, count: number) =>
    Array.from({ length: count }, (_, i) => filledOrder(first + i));
  store.recordAll(group(1, 20), []);
  const twice = filledOrder(36, { clOrdId: 'a-3' });
  assert.throws(() => store.recordAll([...group(21, 15), twice], []), RecordWriteError);
  assert.equal(store.totals().orders, 20);
  store.recordAll(group(21, 3), []);
  assert.deepEqual(
    [...store.orders()].map(({ orderId }) => orderId),
    [...Array(24).keys()].slice(1),
  );
});

test('a full disk is a RecordWriteError, and recording continues once there is room', (t) => {
  const record = openIn(t, join(temporaryFolder(t), 'orders.sqlite'));
  const { database } = record as unknown as { database: DatabaseSync };
  database.exec('PRAGMA max_page_count = 1');
  const group = Array.from({ length: 500 }, (_, index) => filledOrder(index + 1));
  assert.throws(
    () => record.recordAll(group, []),
    (thrown) => {
      assert.ok(thrown instanceof RecordWriteError && thrown.cause instanceof Error);
      assert.match(thrown.cause.message, /full/);
      return true;
    },
  );
  assert.equal(record.totals().orders, 0);
  database.exec('PRAGMA max_page_count = 1000000');
  record.recordAll(group, []);
  assert.equal(record.totals().orders, 500);
});

test('after waiting too long for a lock, the store does not wait again until a write succeeds', (t) => {
  const file = join(temporaryFolder(t), 'orders.sqlite');
  const record = openIn(t, file);
  const { database } = record as unknown as { database: DatabaseSync };
  const waitMs = () => Number(database.prepare('PRAGMA busy_timeout').get()?.timeout);
  const other = new DatabaseSync(file);
  t.after(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  assert.equal(waitMs(), 1_000);
  for (let times = 0; times < 2; times++) {
    assert.throws(() => record.recordAll([filledOrder(1)], []), RecordWriteError);
    assert.equal(waitMs(), 0);
  }
  other.exec('ROLLBACK');
  record.recordAll([filledOrder(1)], []);
  assert.equal(waitMs(), 1_000);
});

test('only their owner can read the record and the files beside it', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'orders.sqlite');
  openIn(t, file).recordAll([filledOrder(1)], []);
  for (const suffix of ['', '-wal', '-shm', '.lock']) {
    assert.equal(statSync(file + suffix).mode & 0o777, 0o600, `orders.sqlite${suffix}`);
  }
});

test('a second writer is refused until the first has closed, by a symbolic link too', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'orders.sqlite');
  const first = openIn(t, file);
  symlinkSync(file, join(folder, 'link.sqlite'));
  for (const path of [file, join(folder, 'link.sqlite')]) {
    assert.throws(
      () => SqliteOrderStore.open(path, NO_FSYNC),
      (thrown) => {
        assert.ok(thrown instanceof RecordInUseError);
        assert.match(thrown.message, new RegExp(`process ${process.pid}`));
        return true;
      },
    );
  }
  first.close();
  openIn(t, file);
});

test('a file that is not a database is refused and not changed', (t) => {
  const file = join(temporaryFolder(t), 'prices.csv');
  const text = 'timestamp,symbol,price\n'.repeat(100);
  writeFileSync(file, text);
  assert.throws(() => SqliteOrderStore.open(file, NO_FSYNC), NotARecordError);
  assert.throws(() => SqliteOrderReader.openReadOnly(file), NotARecordError);
  assert.equal(readFileSync(file, 'utf8'), text);
});

test('the database of another program is refused and not changed', (t) => {
  const file = join(temporaryFolder(t), 'other.sqlite');
  const other = new DatabaseSync(file);
  other.exec('CREATE TABLE orders (id)');
  other.close();
  const before = readFileSync(file);
  assert.throws(() => SqliteOrderStore.open(file, NO_FSYNC), NotARecordError);
  assert.throws(() => SqliteOrderReader.openReadOnly(file), NotARecordError);
  assert.deepEqual(readFileSync(file), before);
});

/** A record of version 1 with one order of `crossover`, as an earlier Tickline left it. */
function recordOfVersion1(t: TestContext): string {
  const file = join(temporaryFolder(t), 'orders.sqlite');
  const old = new DatabaseSync(file);
  old.exec(readFileSync(new URL('record-version-1.sql', import.meta.url), 'utf8'));
  old.close();
  return file;
}

test('a record of version 1 is read as it is, and brought up to date when it is opened for writing', (t) => {
  const file = recordOfVersion1(t);
  const read = () => {
    const reader = SqliteOrderReader.openReadOnly(file);
    t.after(() => reader.close());
    return { orders: [...reader.orders()], totals: reader.totals(), positions: reader.positions() };
  };
  const before = read();
  assert.deepEqual(before.orders, [filledOrder(1)]);
  assert.deepEqual(before.totals, { orders: 1, filled: 1, rejected: 0, fees: 0 });
  const record = openIn(t, file);
  assert.deepEqual(read(), before);
  const withAll = filledOrder(2, { limit: 173.3, fee: 0.5, marketTime: 5 });
  record.recordAll([withAll], [heldPosition({ quantity: 20 })]);
  assert.deepEqual(read().orders, [filledOrder(1), withAll]);
  assert.deepEqual(read().totals, { orders: 2, filled: 2, rejected: 0, fees: 0.5 });
  record.close();
  openIn(t, file);
});

test('a record of another schema version is refused with both versions', (t) => {
  const file = join(temporaryFolder(t), 'orders.sqlite');
  SqliteOrderStore.open(file, NO_FSYNC).close();
  const newer = new DatabaseSync(file);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  assert.throws(() => SqliteOrderStore.open(file, NO_FSYNC), RecordVersionError);
  assert.throws(
    () => SqliteOrderReader.openReadOnly(file),
    /expected schema version \d+ or older .* found 99/,
  );
});

test('an empty file becomes a record, as after a crash before the tables were created', (t) => {
  const file = join(temporaryFolder(t), 'orders.sqlite');
  writeFileSync(file, '');
  assert.throws(() => SqliteOrderReader.openReadOnly(file), NotARecordError);
  const logOnly = new DatabaseSync(file);
  logOnly.exec('PRAGMA journal_mode = WAL');
  logOnly.close();
  assert.equal(openIn(t, file).lastOrderId, 0);
});

test('a folder, and a path below a file, are refused', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'inside'));
  writeFileSync(join(folder, 'file'), '');
  for (const file of [join(folder, 'file', 'orders.sqlite'), join(folder, 'inside')]) {
    assert.throws(() => SqliteOrderStore.open(file, NO_FSYNC), RecordOpenError, file);
    assert.throws(
      () => SqliteOrderReader.openReadOnly(file),
      { name: /^(RecordOpenError|NotARecordError)$/ },
      file,
    );
  }
});

test('a missing folder is created', (t) => {
  const file = join(temporaryFolder(t), 'no', 'such', 'orders.sqlite');
  SqliteOrderStore.open(file, NO_FSYNC).close();
  assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
});

test('a read-only record is refused when it is opened, not at the first order', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'orders.sqlite');
  SqliteOrderStore.open(file, NO_FSYNC).close();
  chmodSync(folder, 0o777);
  chmodSync(file, 0o444);
  chmodSync(`${file}.lock`, 0o666);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    assert.throws(() => SqliteOrderStore.open(file, NO_FSYNC), RecordReadOnlyError);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

test('every lookup uses an index, so that none gets slower as orders are added', (t) => {
  const file = join(temporaryFolder(t), 'orders.sqlite');
  openIn(t, file);
  const database = new DatabaseSync(file, { readOnly: true });
  t.after(() => database.close());
  const queries = [
    "SELECT * FROM orders WHERE strategy = 'a' AND cl_ord_id = 'b'",
    'SELECT * FROM orders WHERE order_id >= 7 ORDER BY order_id LIMIT 9',
    'SELECT max(order_id) FROM orders',
  ];
  for (const query of queries) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${query}`).all();
    for (const step of plan) assert.match(String(step.detail), /^SEARCH orders/, query);
  }
});

function startWriter(context: TestContext, file: string): ChildProcess {
  const script = join(import.meta.dirname, 'record-until-killed.ts');
  const writer = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => writer.kill('SIGKILL'));
  return writer;
}

/** The lines that a process prints. Kills it at line `enough`. */
async function linesOf(writer: ChildProcess, enough: number): Promise<string[]> {
  assert.ok(writer.stdout);
  const lines: string[] = [];
  const reader = createInterface({ input: writer.stdout });
  for await (const line of reader) {
    lines.push(line);
    if (lines.length === enough) writer.kill('SIGKILL');
  }
  return lines;
}

test('after kill -9, the record has every order that was reported, once', {
  timeout: 60_000,
}, async (t) => {
  const file = join(temporaryFolder(t), 'orders.sqlite');
  const reported: string[] = [];
  const writer = startWriter(t, file);
  const exited = once(writer, 'exit');
  reported.push(...(await linesOf(writer, 2_000)));
  await exited;
  assert.ok(reported.length >= 2_000);

  const record = openIn(t, file);
  const orders = [...record.orders()];
  const recorded = orders.map((order) => order.clOrdId);
  assert.equal(new Set(recorded).size, recorded.length);
  assert.deepEqual(recorded.slice(0, reported.length), reported);
  assert.deepEqual(
    orders.map((order) => order.orderId),
    orders.map((_, index) => index + 1),
  );
  assert.deepEqual(record.totals(), { orders: orders.length, filled: orders.length, rejected: 0, fees: 0 });
  assertPositionsFollowFrom(orders, record);

  const { symbol, side, quantity, price } = orders[0];
  const order = { symbol, side, quantity, price, clOrdId: 'run-1' };
  const [again] = new Execution(record, riskControls()).execute([{ strategy: 'killed', order }]);
  assert.deepEqual([again.isRepeat, again.report.orderId], [true, 1]);
  assert.equal(record.totals().orders, orders.length);
});

function assertPositionsFollowFrom(orders: readonly RecordedOrder[], record: SqliteOrderStore): void {
  const positions = new Map<string, StrategyPosition>();
  for (const { strategy, symbol, side, quantity, price } of orders) {
    const before = positions.get(symbol) ?? { strategy, symbol, ...FLAT_POSITION };
    positions.set(symbol, { ...before, ...applyFill(before, side, quantity, price) });
  }
  assert.deepEqual(new Map(record.positions().map((position) => [position.symbol, position])), positions);
}

test('a reader sees whole groups only while another process records them', {
  timeout: 60_000,
}, async (t) => {
  const file = join(temporaryFolder(t), 'orders.sqlite');
  const writer = startWriter(t, file);
  const exited = once(writer, 'exit');
  assert.ok(writer.stdout);
  await once(writer.stdout, 'data');
  writer.stdout.resume();
  const reader = SqliteOrderReader.openReadOnly(file);
  t.after(() => reader.close());
  let seen = 0;
  let grown = 0;
  while (grown < 20) {
    const { orders } = reader.totals();
    assert.equal(orders % 10, 0);
    assert.ok(orders >= seen);
    if (orders > seen) grown++;
    seen = orders;
    assert.ok([...reader.orders({ limit: 50 })].length >= 10);
    // The writer stops when its pipe is full: let the pipe be read.
    await new Promise(setImmediate);
  }
  assert.throws(() => SqliteOrderStore.open(file, NO_FSYNC), RecordInUseError);
  writer.kill('SIGKILL');
  await exited;
  const after = reader.totals().orders;
  assert.equal(openIn(t, file).lastOrderId, after);
});
