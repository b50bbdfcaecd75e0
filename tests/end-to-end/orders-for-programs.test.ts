// `tickline orders` for programs: chosen orders, JSON, CSV, backups, and records that cannot be written to.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openJournaledStore } from '../../src/order-store/open-journaled-store.ts';
import { RecordReader } from '../../src/order-store/record-reader.ts';
import { SqliteOrderStore } from '../../src/order-store/sqlite/sqlite-order-store.ts';
import { NOBODY, whyNotAnotherUser } from '../../tools/testing/another-user.ts';
import { MAIN } from '../../tools/testing/stack.ts';
import { filledOrder, heldPosition } from '../order-store/recorded-orders.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { openStack } from './stack.ts';

const ORDERS = [
  filledOrder(1),
  filledOrder(2, { symbol: 'IBM', marketTime: Date.UTC(1990, 2, 1), note: 'fell, 2 * 3' }),
  filledOrder(3, { strategy: 'other', clOrdId: undefined, limit: 173.3, fee: 0.25 }),
  filledOrder(4, { status: 'REJECTED', reason: 'BAD_PRICE price="1,5" expected=number' }),
];

/** A closed record of ORDERS in a folder of its own. */
function recordOf(t: TestContext): string {
  const file = path.join(temporaryFolder(t), 'record', 'orders.sqlite');
  const store = SqliteOrderStore.open(file, { fsync: false });
  store.recordAll(ORDERS, [heldPosition(), heldPosition({ symbol: 'IBM' })]);
  store.close();
  return file;
}

/** The command before `orders`, and its options. */
function orders(file: string, options: readonly string[], wrapper: readonly string[] = []) {
  const words = [process.execPath, MAIN, 'orders', '--no-config', '--orders-db', file, ...options];
  const [program, ...rest] = [...wrapper, ...words];
  return spawnSync(program, rest, { encoding: 'utf8' });
}

test('orders prints the last N, of a symbol and a strategy, with the positions of both', (t) => {
  const file = recordOf(t);
  const shown = orders(file, ['--last', '1', '--symbol', 'AAPL', '--strategy', 'crossover']).stdout;
  assert.match(shown, /^The last 1 order\n {7}4 /);
  assert.match(shown, /^crossover +AAPL/m);
  assert.doesNotMatch(shown, /IBM/);
});

test('orders of a record that somebody else wrote move no cursor and turn no text around', (t) => {
  const file = path.join(temporaryFolder(t), 'orders.sqlite');
  const store = SqliteOrderStore.open(file, { fsync: false });
  const foul = 'x\x1b[2J\u202ey\nz';
  const order = filledOrder(1, { strategy: foul, symbol: foul, note: foul });
  store.recordAll(
    [order, filledOrder(2, { status: 'REJECTED', reason: foul })],
    [heldPosition({ strategy: foul, symbol: foul })],
  );
  store.close();
  const { stdout, stderr } = orders(file, []);
  const unknown = orders(file, ['--strategy', 'none']).stderr;
  for (const line of `${stdout}${stderr}${unknown}`.split('\n')) assert.doesNotMatch(line, /[\p{Cc}\u202e]/u);
  assert.match(stdout, /\(x \[2J y z\)\n/);
});

test('orders of a name that no strategy has say which strategies ordered', (t) => {
  const file = recordOf(t);
  const { stdout, stderr, status } = orders(file, ['--strategy', 'crosover', '--json']);
  assert.deepEqual([stdout, status], ['', 0]);
  assert.equal(stderr, `no orders of crosover in ${file}: it has those of crossover, other\n`);
});

test('orders of a symbol that was never traded say which symbols were', (t) => {
  const file = recordOf(t);
  const missing = `no orders of ZZZ in ${file}: it has those of AAPL, IBM\n`;
  const text = orders(file, ['--symbol', 'ZZZ']);
  assert.match(text.stdout, /^The last 0 orders\n/);
  assert.deepEqual([text.stderr, text.status], [missing, 0]);
  for (const format of ['--json', '--csv'])
    assert.equal(orders(file, ['--symbol', 'ZZZ', format, '--last', 'all']).stderr, missing);
  assert.equal(
    orders(file, ['--symbol', 'IBM', '--strategy', 'other']).stderr,
    `no orders of IBM by other in ${file}: no symbol was traded yet\n`,
  );
  assert.equal(orders(file, ['--symbol', 'IBM']).stderr, '');
});

test('orders prints JSON and CSV that read back as the orders', (t) => {
  const file = recordOf(t);
  const json = orders(file, ['--json']).stdout.trimEnd().split('\n');
  assert.deepEqual(
    json.map((line) => JSON.parse(line)),
    ORDERS.map(({ timeMs, ...order }) =>
      JSON.parse(JSON.stringify({ ...order, time: new Date(timeMs).toISOString() })),
    ),
  );
  const csv = orders(file, ['--csv', '--last', 'all']).stdout.trimEnd().split('\n');
  assert.equal(
    csv[0],
    'orderId,time,strategy,clOrdId,symbol,side,quantity,price,status,reason,position,marketTime,limit,fee,note',
  );
  assert.equal(
    csv[2],
    '2,2001-07-31T12:00:00.000Z,crossover,a-2,IBM,BUY,10,173.2,FILLED,,20,636249600000,,0,"fell, 2 * 3"',
  );
  assert.equal(csv[3], '3,2001-07-31T12:00:00.000Z,other,,AAPL,BUY,10,173.2,FILLED,,30,,173.3,0.25,');
  const text = orders(file, []).stdout;
  assert.match(text, /FILLED, holding 30, limit 173\.30, fee 0\.25$/m);
  assert.match(text, /FILLED, holding 10$/m);
  assert.match(text, / \(fell, 2 \* 3\)$/m);
  assert.match(text, /3 filled, 1 rejected, fees 0\.25 USD$/m);
  assert.match(csv[4], /REJECTED,"BAD_PRICE price=""1,5"" expected=number",40,,,0,$/);
  const both = orders(file, ['--csv', '--json']);
  assert.deepEqual([both.status, both.stdout], [2, '']);
});

test('orders --verify says that journal and SQLite agree, or where not, with status 1', (t) => {
  const file = path.join(temporaryFolder(t), 'orders.sqlite');
  const { store } = openJournaledStore(file, { fsync: false });
  store.recordAll([filledOrder(1), filledOrder(2)], []);
  store.close();
  const same = orders(file, ['--verify']);
  assert.deepEqual([same.status, same.stderr], [0, '']);
  assert.match(same.stdout, /^2 orders in 1 file of the journal are the same in SQLite\n$/);
  const database = new DatabaseSync(file);
  database.exec("UPDATE orders SET price = 1, time = '2001-07-31T12:00:00.001Z' WHERE order_id = 2");
  database.close();
  const other = orders(file, ['--verify']);
  assert.deepEqual([other.status, other.stdout], [1, 'order 2 differs in price, time\n']);
  assert.match(
    other.stderr,
    /^tickline orders: the journal, SQLite and the order lanes differ in 1 places or more [^\n]+\n$/,
  );
});

test('a backup of a record in use is a whole record, private, and overwrites no file', async (t) => {
  const stack = await openStack(t);
  stack.start('run', '--loop', '--rate', '5000', '--news-every', '20ms');
  await stack.until('orders are filled', () => stack.counter('order-manager.ordersFilled') > 50);
  const copy = path.join(stack.folder, 'copy.sqlite');
  const before = stack.orders().length;
  const first = orders(stack.ordersDb, ['--backup', copy]);
  assert.equal(first.status, 0, first.stderr);
  assert.equal(fs.statSync(copy).mode & 0o777, 0o600);
  const reader = RecordReader.open(copy);
  t.after(() => reader.close());
  const ids = [...reader.orders()].map(({ orderId }) => orderId);
  assert.ok(ids.length >= before);
  assert.deepEqual(
    ids,
    Array.from(ids, (_, index) => index + 1),
  );
  assert.equal(reader.totals().orders, ids.length);

  const bytes = fs.readFileSync(copy);
  const again = orders(stack.ordersDb, ['--backup', copy]);
  assert.equal(again.status, 2);
  assert.match(again.stderr, /the file exists, and a backup overwrites none/);
  assert.deepEqual(fs.readFileSync(copy), bytes);
  assert.deepEqual(
    fs.readdirSync(stack.folder).filter((name) => name.includes('partial')),
    [],
  );
});

const READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';
const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
const SKIP = canMount ? false : 'this user may not mount';

/** Runs a command that sees the folder on a read-only mount. */
const readOnly = (folder: string) => ['unshare', '-m', 'sh', '-c', READ_ONLY, 'sh', folder];

test('a record on a read-only mount is read', { skip: SKIP }, (t) => {
  const file = recordOf(t);
  const shown = orders(file, [], readOnly(path.dirname(file)));
  assert.equal(shown.stderr, '');
  assert.match(shown.stdout, /^4 orders in /m);
});

test('a record with a write-ahead log on a read-only mount is read, and the command says what it cannot see', {
  skip: SKIP,
}, (t) => {
  const file = recordOf(t);
  const store = SqliteOrderStore.open(file, { fsync: false });
  store.recordAll([filledOrder(5)], []);
  const crashed = path.join(temporaryFolder(t), 'crashed', 'orders.sqlite');
  fs.mkdirSync(path.dirname(crashed));
  for (const suffix of ['', '-wal']) fs.copyFileSync(file + suffix, crashed + suffix);
  store.close();
  const shown = orders(crashed, [], readOnly(path.dirname(crashed)));
  assert.match(shown.stdout, /^4 orders in /m);
  assert.match(shown.stderr, /^the newest orders may be missing: .*-wal has \d+ bytes .*copy the folder/);
  assert.equal(shown.status, 0);
});

test('a record in a folder that this user may not write to is read', {
  skip: whyNotAnotherUser(),
}, (t) => {
  const file = recordOf(t);
  fs.chmodSync(path.dirname(path.dirname(file)), 0o755);
  fs.chmodSync(path.dirname(file), 0o555);
  fs.chmodSync(file, 0o444);
  const shown = orders(
    file,
    [],
    ['setpriv', ...['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups']],
  );
  assert.match(shown.stdout, /^4 orders in /m, shown.stderr);
});
