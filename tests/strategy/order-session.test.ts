import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLOCK_ID } from '@tickline/posix';
import type { ExecutionReport, Side } from '../../src/domain/orders.ts';
import type { SymbolQuantity } from '../../src/domain/positions.ts';
import { encodeMessage } from '../../src/protocol/order-codec.ts';
import { LATE_POSITIONS, OrderSession } from '../../src/strategy/order-session.ts';
import { type IdentifiedOrder, PendingOrders } from '../../src/strategy/pending-orders.ts';
import { until } from '../../tools/testing/poll.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { Listener } from '../transport/listener.ts';
import { HOST, type Peer } from '../transport/peer.ts';

/** A session, and all that it reported. */
class Observed {
  readonly positions: (readonly SymbolQuantity[])[] = [];
  readonly reports: { report: ExecutionReport; order: IdentifiedOrder }[] = [];
  readonly resent: number[] = [];
  connected = 0;
  readonly namesInUse: string[] = [];
  readonly downs: string[] = [];
  readonly badFrames: string[] = [];
  readonly pending: PendingOrders;
  readonly session: OrderSession;

  constructor(
    t: TestContext,
    port: number,
    {
      outbox = join(temporaryFolder(t), 'x.outbox'),
      limit,
      plainAfterMs,
    }: { outbox?: string; limit?: number; plainAfterMs?: number } = {},
  ) {
    this.pending = PendingOrders.open(outbox, limit);
    this.session = new OrderSession(
      { host: HOST, port, strategy: 'crossover', pending: this.pending, plainAfterMs },
      {
        onPositions: (positions) => this.positions.push(positions),
        onReport: (report, order) => this.reports.push({ report, order }),
        onResent: (count) => this.resent.push(count),
        onConnected: () => this.connected++,
        onNameInUse: (reason) => this.namesInUse.push(reason),
        onDown: (reason) => this.downs.push(reason),
        onBadFrame: (reason) => this.badFrames.push(reason),
      },
    );
    t.after(() => this.session.stop());
    this.session.start();
  }

  order(symbol: string, side: Side = 'BUY'): void {
    this.session.send({ symbol, side, quantity: 10, price: 1.5, time: 7 });
  }

  untilLoggedOn(times = 1): Promise<void> {
    return until(`logged on ${times} times`, () => this.positions.length >= times);
  }
}

const ACK = encodeMessage({
  type: 'logonAck',
  strategy: 'crossover',
  positions: [{ symbol: 'AAPL', quantity: 10 }],
});

interface Order {
  type: string;
  symbol: string;
  side: Side;
  quantity: number;
  price: number;
  clOrdId: string;
}

/** The orders that came over a connection. */
function ordersOf(peer: Peer): Order[] {
  return peer.frames.map((frame) => JSON.parse(frame)).filter(({ type }) => type === 'order');
}

function fill({ symbol, side, quantity, price, clOrdId }: Order, orderId = 1): string {
  const fields = { symbol, side, quantity, price, clOrdId, orderId, position: quantity };
  return encodeMessage({ type: 'report', status: 'FILLED', ...fields });
}

const untilOrders = (peer: Peer, count: number) =>
  until(`${count} orders arrive`, () => ordersOf(peer).length >= count);

test('a session logs on, gets its positions, sends an order and gets the report', {
  timeout: 60_000,
}, async (t) => {
  const manager = await Listener.open(t);
  const observed = new Observed(t, manager.port);
  await until('the session connects', () => manager.peers.length === 1);
  await manager.peer.untilFrames(1);
  assert.deepEqual(JSON.parse(manager.peer.frames[0] ?? ''), {
    type: 'logon',
    strategy: 'crossover',
    instance: observed.pending.instance,
    clock: CLOCK_ID,
    pnl: true,
  });
  assert.equal(observed.session.canSend(), false, 'before the positions are known');
  manager.peer.send(ACK);
  await observed.untilLoggedOn();
  assert.deepEqual(observed.positions, [[{ symbol: 'AAPL', quantity: 10 }]]);
  assert.equal(observed.session.canSend(), true);
  observed.order('AAPL', 'SELL');
  await untilOrders(manager.peer, 1);
  const [order] = ordersOf(manager.peer);
  assert.ok(order);
  manager.peer.send(fill(order, 12));
  await until('the report arrives', () => observed.reports.length === 1);
  assert.deepEqual(observed.reports[0]?.order, {
    ...{ symbol: 'AAPL', side: 'SELL', quantity: 10, price: 1.5, time: 7 },
    clOrdId: order.clOrdId,
  });
  assert.equal(observed.reports[0]?.report.orderId, 12);
  assert.equal(observed.pending.size, 0);
});

test('positions in several messages are reported together', { timeout: 60_000 }, async (t) => {
  const first = [{ symbol: 'AAPL', quantity: 1 }];
  const rest = [{ symbol: 'MSFT', quantity: -2 }];
  const manager = await Listener.open(t, (peer) => {
    peer.send(encodeMessage({ type: 'logonAck', strategy: 'crossover', positions: first, more: true }));
    peer.send(encodeMessage({ type: 'logonAck', strategy: 'crossover', positions: rest }));
  });
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  assert.deepEqual(observed.positions, [[...first, ...rest]]);
});

test('positions that are told again, after reports, are a bad frame', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  manager.peer.send(ACK);
  await until('it is noticed', () => observed.badFrames.length === 1);
  assert.deepEqual(observed.badFrames, [LATE_POSITIONS]);
  assert.equal(observed.positions.length, 1);
});

test('orders without an answer are sent again after a disconnect, in order, under the same ids', {
  timeout: 60_000,
}, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  for (const symbol of ['A', 'B', 'C', 'D']) observed.order(symbol);
  await untilOrders(manager.peer, 4);
  const sent = ordersOf(manager.peer);
  assert.equal(new Set(sent.map(({ clOrdId }) => clOrdId)).size, 4);
  manager.peer.send(sent[1] ? fill(sent[1]) : '');
  await until('one is answered', () => observed.pending.size === 3);
  for (let times = 2; times <= 4; times++) {
    manager.peer.reset();
    await observed.untilLoggedOn(times);
    await untilOrders(manager.peer, 3);
    assert.deepEqual(ordersOf(manager.peer), [sent[0], sent[2], sent[3]]);
    assert.deepEqual(observed.positions.at(-1), [{ symbol: 'AAPL', quantity: 10 }]);
  }
  assert.deepEqual(observed.resent, [3, 3, 3]);
  for (const order of ordersOf(manager.peer)) manager.peer.send(fill(order));
  await until('all are answered', () => observed.pending.size === 0);
  assert.deepEqual(
    observed.reports.map(({ order }) => order.symbol),
    ['B', 'A', 'C', 'D'],
  );
  manager.peer.reset();
  await observed.untilLoggedOn(5);
  observed.order('E');
  await untilOrders(manager.peer, 1);
  assert.deepEqual(
    ordersOf(manager.peer).map(({ symbol }) => symbol),
    ['E'],
    'an answered order is not sent again',
  );
});

test('no order is sent again before the positions are known', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => {
    if (manager.peers.length === 1) peer.send(ACK);
  });
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  observed.order('A');
  await untilOrders(manager.peer, 1);
  manager.peer.reset();
  await until('the session reconnects', () => manager.peers.length === 2);
  await manager.peer.untilFrames(1);
  assert.deepEqual([observed.session.loggedOn, observed.session.canSend()], [false, false]);
  assert.deepEqual(ordersOf(manager.peer), []);
  manager.peer.send(ACK);
  await untilOrders(manager.peer, 1);
});

test('an order sent while the connection closes is not lost', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  manager.peer.reset();
  for (let i = 0; observed.session.loggedOn && i < 10_000; i++) {
    if (observed.session.canSend()) observed.order(`S${i}`);
    await new Promise(setImmediate);
  }
  const { size: unanswered } = observed.pending;
  assert.ok(unanswered > 0);
  await observed.untilLoggedOn(2);
  await untilOrders(manager.peer, unanswered);
});

test('a report of an unknown order, or of one that was answered before, is ignored', {
  timeout: 60_000,
}, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  observed.order('A');
  await untilOrders(manager.peer, 1);
  const [order] = ordersOf(manager.peer);
  assert.ok(order);
  manager.peer.send(fill({ ...order, clOrdId: 'another' }));
  manager.peer.send(encodeMessage({ type: 'report', status: 'REJECTED', reason: 'BAD_PRICE price=0' }));
  manager.peer.send(fill(order) + fill(order));
  manager.peer.send('end of them*');
  await until('all frames have arrived', () => observed.badFrames.length === 1);
  assert.equal(observed.reports.length, 1);
});

test('a rejected order is answered', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  observed.order('A');
  await untilOrders(manager.peer, 1);
  const clOrdId = ordersOf(manager.peer)[0]?.clOrdId ?? '';
  manager.peer.send(
    encodeMessage({ type: 'report', status: 'REJECTED', reason: 'QUANTITY_ABOVE_LIMIT', clOrdId }),
  );
  await until('the order is answered', () => observed.pending.size === 0);
  assert.equal(observed.reports[0]?.report.status, 'REJECTED');
});

test('bad frames are reported and change nothing', { timeout: 60_000 }, async (t) => {
  const bad = ['', 'hello', '{}', '{"type":"report"}', '{"type":"logonAck"}', 'x'.repeat(70_000)];
  const manager = await Listener.open(t, (peer) => peer.send(`${bad.join('*')}*${ACK}`));
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  assert.equal(observed.badFrames.length, bad.length);
});

test('half a frame of a closed connection is dropped', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => {
    if (manager.peers.length > 1) return peer.send(ACK);
    peer.send(ACK.slice(0, 20));
    peer.end();
  });
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  assert.deepEqual([observed.connected, observed.badFrames, observed.downs.length], [2, [], 1]);
});

test('an order without an answer is sent again on a new connection', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  observed.order('A');
  await observed.untilLoggedOn(2);
  assert.match(observed.downs[0] ?? '', /no answer/);
  await untilOrders(manager.peer, 1);
  assert.deepEqual(ordersOf(manager.peer), manager.peers[0] && ordersOf(manager.peers[0]));
});

test('the time to answer an order starts with the order, not with the last message', {
  timeout: 60_000,
}, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  await sleep(3_100); // longer than the answer time-out
  observed.order('A');
  await sleep(700); // longer than the interval of the check
  await untilOrders(manager.peer, 1);
  const [order] = ordersOf(manager.peer);
  manager.peer.send(order ? fill(order) : '');
  await until('the order is answered', () => observed.pending.size === 0);
  assert.deepEqual(observed.downs, []);
});

test('stop() waits for the reports of pending orders', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  observed.order('A');
  await untilOrders(manager.peer, 1);
  const stopped = observed.session.stop();
  await sleep(50);
  const [order] = ordersOf(manager.peer);
  manager.peer.send(order ? fill(order) : '');
  await stopped;
  assert.equal(observed.reports.length, 1);
  await manager.peer.untilClosed();
});

test('stop() does not wait forever for an OrderManager that does not answer or is down', {
  timeout: 60_000,
}, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const observed = new Observed(t, manager.port);
  await observed.untilLoggedOn();
  observed.order('A');
  await observed.session.stop();
  assert.equal(observed.pending.size, 1);
  assert.equal(observed.session.canSend(), false);
  await manager.stop();
  await new Observed(t, manager.port).session.stop();
});

test('the orders that a killed strategy left in the outbox are sent again by the next one, under the same ids', {
  timeout: 60_000,
}, async (t) => {
  const file = join(temporaryFolder(t), 'x.outbox');
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const killed = new Observed(t, manager.port, { outbox: file });
  await killed.untilLoggedOn();
  for (const symbol of ['A', 'B', 'C']) killed.order(symbol);
  await untilOrders(manager.peer, 3);
  const sent = ordersOf(manager.peer);
  manager.peer.send(sent[1] ? fill(sent[1]) : '');
  await until('one is answered', () => killed.pending.size === 2);
  killed.pending.close(); // as the kernel does for a killed process
  await killed.session.stop();

  const next = new Observed(t, manager.port, { outbox: file });
  await next.untilLoggedOn();
  await untilOrders(manager.peer, 2);
  assert.deepEqual(ordersOf(manager.peer), [sent[0], sent[2]].map(withoutTime));
  for (const order of ordersOf(manager.peer)) manager.peer.send(fill(order));
  await until('all are answered', () => next.pending.size === 0);
});

test('no order can be sent while the pending orders are full', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const observed = new Observed(t, manager.port, { limit: 1 });
  await observed.untilLoggedOn();
  observed.order('A');
  assert.equal(observed.session.canSend(), false);
  await untilOrders(manager.peer, 1);
  const [order] = ordersOf(manager.peer);
  manager.peer.send(order ? fill(order) : '');
  await until('the order is answered', () => observed.session.canSend());
});

test('a refused logon is reported once, with the reason of the OrderManager, however often it is retried', {
  timeout: 60_000,
}, async (t) => {
  const refusal = encodeMessage({ type: 'error', reason: 'logon: unknown name or wrong token' });
  let refuses = true;
  const manager = await Listener.open(t, (peer) => {
    peer.send(refuses ? refusal : ACK);
    if (refuses) peer.end();
  });
  const observed = new Observed(t, manager.port);
  await until('it tries several times', () => observed.connected >= 4);
  assert.deepEqual(observed.downs, ['logon: unknown name or wrong token']);
  assert.deepEqual([observed.badFrames, observed.session.loggedOn], [[], false]);
  refuses = false;
  await observed.untilLoggedOn();
  refuses = true;
  manager.peer.reset();
  await until('the disconnect and the refusal are reported', () => observed.downs.length === 3);
});

/** A time may be that of the clock before a reboot. */
function withoutTime(order: object | undefined): unknown {
  const { time: _, ...rest } = { time: 0, ...order };
  return rest;
}
