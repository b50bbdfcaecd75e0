// The record cannot be written or read: a full disk, another program's lock, damaged pages. Orders are
// rejected for that reason, none is reported as filled, and trading continues by itself afterwards.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import { noSmallDisk, onSmallDisk, SmallDisk } from '../end-to-end/small-disk.ts';
import { openStack } from '../end-to-end/stack.ts';
import { testSeed } from '../seed.ts';
import { Peer } from '../transport/peer.ts';

const LIMIT = { timeout: 180_000 };
const UNAVAILABLE = /^RECORD_UNAVAILABLE /;
const QUANTITY = 10;
const PAGE_BYTES = 4096;

function orderFrame(clOrdId: string): string {
  const fields = { symbol: 'AAPL', side: 'BUY', quantity: QUANTITY, price: 173.2, clOrdId };
  return `${JSON.stringify(fields)}*`;
}

/** A client that sends orders one after another, and keeps the ids of those that were filled. */
class Trader {
  readonly filled: string[] = [];
  readonly #client: Peer;
  #sent = 0;

  static async connect(t: TestContext, stack: Stack): Promise<Trader> {
    await stack.untilServed(stack.orderPort);
    const client = await Peer.connect(t, stack.orderPort);
    client.send('{"type":"logon","strategy":"trader"}*');
    await client.untilFrames(1);
    return new Trader(client);
  }

  private constructor(client: Peer) {
    this.#client = client;
  }

  /** Sends an order and returns its report. */
  async order(clOrdId = `order-${this.#sent + 1}`): Promise<Record<string, unknown>> {
    this.#sent++;
    this.#client.send(orderFrame(clOrdId));
    await this.#client.untilFrames(1 + this.#sent);
    const report = this.#client.messages[this.#sent];
    assert.equal(report.clOrdId, clOrdId);
    if (report.status === 'FILLED') this.filled.push(clOrdId);
    return report;
  }

  async orders(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.order();
  }

  /** Sends orders until one is refused. */
  async untilUnavailable(): Promise<void> {
    for (const size of [500, 20, 1]) await this.#untilUnavailable(size);
  }

  /** A group that has no room leaves some for a smaller one. */
  async #untilUnavailable(size: number): Promise<void> {
    for (;;) {
      const first = this.#sent + 1;
      const frames = Array.from({ length: size }, (_, index) => orderFrame(`order-${first + index}`));
      this.#client.send(frames.join(''));
      this.#sent += size;
      await this.#client.untilFrames(1 + this.#sent);
      const reports = this.#client.messages.slice(first);
      const filled = reports.filter(({ status }) => status === 'FILLED');
      for (const { clOrdId } of filled) this.filled.push(String(clOrdId));
      if (filled.length === size) continue;
      for (const { reason } of reports.slice(filled.length)) assert.match(String(reason), UNAVAILABLE);
      return;
    }
  }

  async assertUnavailable(clOrdId?: string): Promise<void> {
    const report = await this.order(clOrdId);
    assert.equal(report.status, 'REJECTED');
    assert.match(String(report.reason), UNAVAILABLE);
    assert.equal(report.orderId, undefined, 'an order that is not recorded has no id');
  }

  async assertFilled(clOrdId?: string): Promise<void> {
    const report = await this.order(clOrdId);
    assert.equal(report.status, 'FILLED', `${report.reason}`);
    assert.equal(report.position, QUANTITY * this.filled.length, 'rejected orders were not traded');
  }
}

/** Asserts that the record has the orders that were reported as filled, and no others. */
function assertRecorded(stack: Stack, trader: Trader): void {
  assert.deepEqual(
    stack.orders().map(({ clOrdId }) => clOrdId),
    trader.filled,
  );
}

test('on a full disk, orders are filled while the journal has room, and again once there is more', {
  ...LIMIT,
  skip: noSmallDisk(),
}, async (t) => {
  const stack = await openStack(t);
  const folder = path.join(stack.folder, 'disk');
  fs.mkdirSync(folder);
  const record = path.join(folder, 'orders.sqlite');
  const manager = stack.startUnder(
    onSmallDisk(folder, 4096),
    'order-manager',
    '--orders-db',
    record,
    '--max-position',
    '1000000000',
  );
  const trader = await Trader.connect(t, stack);
  await trader.assertFilled();

  const disk = new SmallDisk(manager.pid, folder);
  for (let times = 0; times < 2; times++) {
    disk.fill();
    await trader.assertFilled(`again-${times}`);
    await trader.untilUnavailable();
    await trader.assertUnavailable('again');
    await stack.until('it is logged', () => count(manager.stdout, 'orders are in the journal only') > times);
    disk.clear();
    await trader.assertFilled();
    await stack.until(
      'SQLite has them',
      () => count(manager.stdout, 'has all orders of the journal again') > times,
    );
  }
  await trader.assertFilled('again');
  assert.equal(manager.exit, undefined);
  for (const suffix of ['', '-wal', '.journal']) disk.copy(`orders.sqlite${suffix}`, stack.ordersDb + suffix);
  assertRecorded(stack, trader);
});

function count(text: string, words: string): number {
  return text.split(words).length - 1;
}

test(
  'orders are filled while another program locks the record, and are in it afterwards',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const manager = stack.start('order-manager');
    const trader = await Trader.connect(t, stack);
    await trader.assertFilled();
    const other = new DatabaseSync(stack.ordersDb, { timeout: 10_000 });
    t.after(() => other.close());
    const recorded = () => Number(other.prepare('SELECT count(*) AS orders FROM orders').get()?.orders);
    other.exec('BEGIN EXCLUSIVE');
    const before = recorded();
    await trader.orders(10);
    await stack.until('it is logged', () => manager.stdout.includes('orders are in the journal only'));
    assert.equal(recorded(), before);
    assertRecorded(stack, trader); // by a reader of both
    other.exec('ROLLBACK');
    await stack.until('SQLite has them', () => recorded() === trader.filled.length);
  },
);

/** A record of many pages, whose OrderManager has stopped. */
async function stoppedStack(t: TestContext): Promise<Stack> {
  const stack = await openStack(t);
  const manager = stack.start('order-manager');
  const trader = await Trader.connect(t, stack);
  await trader.orders(300);
  manager.signal('SIGTERM');
  await stack.untilExited(manager);
  assert.ok(fs.statSync(stack.ordersDb).size > 8 * PAGE_BYTES);
  return stack;
}

function overwrite(file: string, at: number, bytes: number): void {
  const fd = fs.openSync(file, 'r+');
  const random = new SeededRandom(testSeed);
  fs.writeSync(
    fd,
    Uint8Array.from({ length: bytes }, () => random.below(256)),
    0,
    bytes,
    at,
  );
  fs.closeSync(fd);
}

test('a record whose first page is noise is refused at the start, and not changed', LIMIT, async (t) => {
  const stack = await stoppedStack(t);
  overwrite(stack.ordersDb, 0, PAGE_BYTES);
  const before = fs.readFileSync(stack.ordersDb);
  const manager = stack.start('order-manager');
  assert.deepEqual(await stack.untilExited(manager), { status: 2, signal: null });
  assert.match(manager.stderr, /^tickline order-manager: [^\n]*--orders-db\n$/);
  assert.deepEqual(fs.readFileSync(stack.ordersDb), before);
});

test('a record whose other pages are noise is refused at the start, or fills no order', LIMIT, async (t) => {
  const stack = await stoppedStack(t);
  overwrite(stack.ordersDb, PAGE_BYTES, fs.statSync(stack.ordersDb).size - PAGE_BYTES);
  const manager = stack.start('order-manager');
  await stack.until(
    'it exits or listens',
    async () => manager.exit !== undefined || manager.stdout.includes('orders on'),
  );
  if (manager.exit === undefined) {
    const client = await Peer.connect(t, stack.orderPort);
    client.send('{"symbol":"AAPL","side":"BUY","quantity":10,"price":173.2,"clOrdId":"a"}*');
    await client.untilFrames(1);
    assert.match(String(client.messages[0].reason), UNAVAILABLE);
  } else {
    assert.deepEqual(manager.exit, { status: 2, signal: null });
    assert.match(manager.stderr, /^tickline order-manager: cannot open the order record [^\n]+\n$/);
  }
});

test('a truncated write-ahead log loses no order, because the journal has them', LIMIT, async (t) => {
  const stack = await openStack(t);
  const manager = stack.start('order-manager');
  const trader = await Trader.connect(t, stack);
  await trader.orders(200);
  manager.signal('SIGKILL');
  await stack.untilExited(manager);
  const log = `${stack.ordersDb}-wal`;
  fs.truncateSync(log, Math.floor(fs.statSync(log).size / 2));
  stack.start('order-manager');
  const again = await Trader.connect(t, stack);
  assertRecorded(stack, trader);
  const { orderId, position } = await again.order('next');
  assert.deepEqual([orderId, position], [201, QUANTITY * 201]);
});
