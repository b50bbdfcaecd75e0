// A hundred strategies send a thousand orders each, repeat some of them, and lose their connections in
// between: every order is recorded once.

import assert from 'node:assert/strict';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { RecordReader } from '../../src/order-store/record-reader.ts';
import { FrameSplitter } from '../../src/protocol/frames.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { until } from '../../tools/testing/poll.ts';
import { openStack } from '../end-to-end/stack.ts';

const CLIENTS = 100;
const ORDERS_EACH = 1_000;
/** The most orders of a client without a report. */
const WINDOW = 100;
/** One in this many orders is sent twice. */
const REPEAT_EVERY = 10;
/** A client closes its connection after every this many answers. */
const CUT_EVERY = 400;
const QUANTITY = 10;

/** A strategy that sends orders as fast as they are answered, and reconnects after each cut. */
class Trader {
  readonly name: string;
  /** The order ids of answered orders, by client order id. */
  readonly orderIds = new Map<string, number>();
  /** The first message that it should not have received. */
  unexpected: string | undefined;
  cuts = 0;
  readonly #port: number;
  #socket: net.Socket | undefined;
  #answers = 0;
  #sent = 0;

  constructor(t: TestContext, name: string, port: number) {
    this.name = name;
    this.#port = port;
    t.after(() => this.#stop());
  }

  get isDone(): boolean {
    return this.orderIds.size === ORDERS_EACH;
  }

  /** Logs on, sends unanswered orders again, then new ones. */
  connect(): void {
    const socket = net.connect({ host: LOOPBACK, port: this.#port, noDelay: true });
    this.#socket = socket;
    const frames = new FrameSplitter({
      onFrame: (text) => socket === this.#socket && this.#message(JSON.parse(text)),
      onOversize: () => this.#fail('an endless frame'),
    });
    socket.on('data', (chunk: Buffer) => frames.push(chunk));
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => socket === this.#socket && this.connect());
    socket.write(`{"type":"logon","strategy":"${this.name}"}*`);
  }

  #fail(message: string): void {
    this.unexpected ??= message;
  }

  #stop(): void {
    const socket = this.#socket;
    this.#socket = undefined; // so that it does not reconnect
    socket?.destroy();
  }

  #message(message: { type: string; clOrdId: string; orderId: number; status: string }): void {
    if (message.type === 'logonAck') this.#sendAgain();
    else if (message.type === 'report') this.#answered(message);
    else this.#fail(JSON.stringify(message));
  }

  #sendAgain(): void {
    for (let n = 1; n <= this.#sent; n++) if (!this.orderIds.has(`o-${n}`)) this.#send(n);
    this.#sendMore();
  }

  #answered({ clOrdId, orderId, status }: { clOrdId: string; orderId: number; status: string }): void {
    const first = this.orderIds.get(clOrdId) ?? orderId;
    if (status !== 'FILLED' || first !== orderId)
      this.#fail(`${clOrdId} is ${status} as ${orderId}, before as ${first}`);
    this.orderIds.set(clOrdId, first);
    this.#answers++;
    if (this.#answers % CUT_EVERY === 0) this.#cut();
    else this.#sendMore();
  }

  /** Some orders have no report yet: these reports are lost. */
  #cut(): void {
    this.cuts++;
    this.#socket?.destroy();
  }

  #sendMore(): void {
    while (this.#sent < ORDERS_EACH && this.#sent - this.orderIds.size < WINDOW) {
      this.#sent++;
      this.#send(this.#sent);
      if (this.#sent % REPEAT_EVERY === 0) this.#send(this.#sent);
    }
  }

  #send(n: number): void {
    const order = {
      type: 'order',
      symbol: `S${n % 20}`,
      side: 'BUY',
      quantity: QUANTITY,
      price: 100 + n / 100,
    };
    this.#socket?.write(`${JSON.stringify({ ...order, clOrdId: `o-${n}`, time: n })}*`);
  }
}

test('of a hundred strategies that repeat orders and reconnect, each order is recorded once', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const manager = stack.start('order-manager', '--log-level', 'warn', '--fsync', 'on');
  await stack.untilServed(stack.orderPort);
  const traders = Array.from({ length: CLIENTS }, (_, i) => new Trader(t, `strategy-${i}`, stack.orderPort));
  for (const trader of traders) trader.connect();
  await until(
    'every order is answered',
    () => traders.every((trader) => trader.isDone || trader.unexpected),
    {
      timeoutMs: 100_000,
      details: () => manager.stderr,
    },
  );

  assert.deepEqual(
    traders.map(({ unexpected }) => unexpected).filter((message) => message !== undefined),
    [],
  );
  assert.ok(traders.every(({ cuts }) => cuts > 0));
  const record = RecordReader.open(stack.ordersDb);
  t.after(() => record.close());
  assert.deepEqual(record.totals(), {
    orders: CLIENTS * ORDERS_EACH,
    filled: CLIENTS * ORDERS_EACH,
    rejected: 0,
    fees: 0,
  });
  const seen = new Set<string>();
  for (const { strategy, clOrdId, orderId } of record.orders()) {
    assert.ok(clOrdId);
    assert.ok(!seen.has(`${strategy} ${clOrdId}`), `${strategy} ${clOrdId} is recorded twice`);
    seen.add(`${strategy} ${clOrdId}`);
    const trader = traders[Number(strategy.slice('strategy-'.length))];
    assert.equal(orderId, trader.orderIds.get(clOrdId));
  }
  for (const { quantity } of record.positions()) assert.equal(quantity, (ORDERS_EACH / 20) * QUANTITY);
});
