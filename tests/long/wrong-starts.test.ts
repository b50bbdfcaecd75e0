// What cannot start says why in one line, and ends with status 2 where trying again cannot help.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { bookPath, PriceBookWriter } from '@tickline/price-book';
import type { CommandName } from '../../src/settings/options.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import { openStack } from '../end-to-end/stack.ts';

const LIMIT = { timeout: 180_000 };

/** Starts the command and returns its one-line error. */
async function complaint(
  stack: Stack,
  status: number,
  command: CommandName,
  ...options: string[]
): Promise<string> {
  const started = stack.start(command, ...options);
  assert.deepEqual(await stack.untilExited(started), { status, signal: null }, started.stderr);
  assert.match(started.stderr, new RegExp(`^tickline( ${command})?: [^\\n]+\\n$`));
  return started.stderr;
}

/** Listens on the port until the test ends. */
async function occupy(t: TestContext, port: number): Promise<void> {
  const server = net.createServer((socket) => socket.destroy()).listen(port, LOOPBACK);
  t.after(() => server.close());
  await once(server, 'listening');
}

for (const [port, option, command] of [
  ['pricePort', '--price-port', 'gateway'],
  ['newsPort', '--news-port', 'gateway'],
  ['orderPort', '--order-port', 'order-manager'],
  ['newsPort', '--news-port', 'run'],
] as const) {
  test(`${command}: ${option} in use is reported with the port and the option`, LIMIT, async (t) => {
    const stack = await openStack(t);
    await occupy(t, stack[port]);
    const line = await complaint(stack, 2, command);
    assert.ok(line.includes(`:${stack[port]}`) && line.includes('in use') && line.includes(option), line);
  });
}

for (const command of ['orderbook', 'run'] as const) {
  test(`${command}: a book that another process writes is refused`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const book = new PriceBookWriter(['AAPL'], stack.bookName);
    t.after(() => book.close());
    const line = await complaint(stack, 2, command);
    assert.ok(line.includes(bookPath(stack.bookName)) && line.includes(`process ${process.pid}`), line);
    book.update('AAPL', 1);
    assert.equal(book.read('AAPL'), 1);
  });
}

test(
  'a second run on the ports and the book of a first is refused, and the first does not notice',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const first = stack.start('run', '--loop');
    await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 100);
    await complaint(stack, 2, 'run');
    await complaint(stack, 2, 'run', '--price-port', '0', '--news-port', '0', '--order-port', '0');
    first.signal('SIGINT');
    assert.deepEqual(await stack.untilExited(first), { status: 0, signal: null }, first.stderr);
    const { ticks, orders } = stack.summary();
    assert.deepEqual([ticks.applied, ticks.seen], [ticks.sent, ticks.sent]);
    assert.deepEqual([orders.received, orders.resent], [orders.sent, 0]);
  },
);

test('a missing data file is reported with its path', LIMIT, async (t) => {
  const line = await complaint(await openStack(t), 2, 'gateway', '--data', '/no/such/file.csv');
  assert.match(line, /\/no\/such\/file\.csv: no such file/);
});

for (const option of ['--data', '--strategy', '--news-data'] as const) {
  test(`run: ${option} names no file: nothing starts, and runs/latest stays`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const runs = path.join(stack.folder, 'runs', stack.bookName);
    fs.mkdirSync(runs, { recursive: true });
    fs.symlinkSync('the-last-run', path.join(runs, 'latest'));
    const run = stack.startInFolder('run', option, '/no/such/file');
    assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null });
    const expected = `tickline run: ${option} /no/such/file: expected a file that can be read, found no such file; nothing was started`;
    assert.match(run.stderr, new RegExp(`^${expected}[^\n]*\n$`));
    assert.equal(run.stdout, '');
    assert.equal(fs.readlinkSync(path.join(runs, 'latest')), 'the-last-run');
    assert.deepEqual(fs.readdirSync(runs), ['latest']);
  });
}

test('a run whose Gateway cannot start exits with the status of the Gateway', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', '--data', stack.file('prices.csv', 'no,prices\n1,2\n'));
  assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null });
  assert.match(run.stderr, /^tickline gateway: [^\n]+\ntickline run: gave up on gateway: .*\n$/);
  assert.deepEqual(await stack.leftovers(), []);
});

for (const command of ['orderbook', 'book'] as const) {
  test(
    `${command}: a file of noise in the place of the book is refused, and left as it is`,
    LIMIT,
    async (t) => {
      const stack = await openStack(t);
      const noise = randomBytes(8_192);
      fs.writeFileSync(bookPath(stack.bookName), noise);
      assert.match(await complaint(stack, 2, command), /is not a price book/);
      assert.deepEqual(fs.readFileSync(bookPath(stack.bookName)), noise);
    },
  );
}

for (const command of ['order-manager', 'orders'] as const) {
  test(`${command}: a file that is no record is refused and not changed`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const noise = randomBytes(8_192);
    fs.writeFileSync(stack.ordersDb, noise);
    assert.match(
      await complaint(stack, 2, command),
      /expected an order record .*found no SQLite database.*--orders-db/,
    );
    assert.deepEqual(fs.readFileSync(stack.ordersDb), noise);
  });

  test(`${command}: the database of another program is refused`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const database = new DatabaseSync(stack.ordersDb);
    database.exec('CREATE TABLE customers (name TEXT)');
    database.close();
    assert.match(await complaint(stack, 2, command), /found the database of another program.*--orders-db/);
  });
}

test('a second OrderManager cannot open the record of a running one', LIMIT, async (t) => {
  const stack = await openStack(t);
  const first = stack.start('order-manager');
  await stack.untilServed(stack.orderPort);
  const line = await complaint(stack, 2, 'order-manager', '--order-port', '0');
  assert.match(line, new RegExp(`process ${first.pid}.*--orders-db`));
});
