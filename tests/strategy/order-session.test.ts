import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from '../../src/domain/orders.ts';
import type { SymbolQuantity } from '../../src/domain/positions.ts';
import { encodeMessage } from '../../src/protocol/order-codec.ts';
import type { Report } from '../../src/protocol/order-messages.ts';
import { OrderSession } from '../../src/strategy/order-session.ts';
import { Outbox } from '../../src/strategy/outbox.ts';
import type { IdentifiedOrder } from '../../src/strategy/unanswered-orders.ts';
import { until } from '../../tools/testing/poll.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { Listener } from '../transport/listener.ts';
import { HOST, type Peer } from '../transport/peer.ts';

/** A session that keeps what it is told. */
class Told {
  readonly positions: (readonly SymbolQuantity[])[] = [];
  readonly reports: { report: Report; order: IdentifiedOrder }[] = [];
  readonly resent: number[] = [];
  connected = 0;
  readonly downs: string[] = [];
  readonly badFrames: string[] = [];
  readonly session: OrderSession;

  constructor(t: TestContext, port: number, outbox = Outbox.open(join(temporaryFolder(t), 'x.outbox'))) {
    this.session = new OrderSession(
      { host: HOST, port, strategy: 'crossover', outbox },
      {
        onPositions: (positions) => this.positions.push(positions),
        onReport: (report, order) => this.reports.push({ report, order }),
        onResent: (count) => this.resent.push(count),
        onConnected: () => this.connected++,
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
  until(`${count} orders come`, () => ordersOf(peer).length >= count);

test('it logs on, is told what is held, orders, and hears the report', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t);
  const told = new Told(t, manager.port);
  await until('it connects', () => manager.peers.length === 1);
  await manager.peer.untilFrames(1);
  assert.deepEqual(JSON.parse(manager.peer.frames[0] ?? ''), { type: 'logon', strategy: 'crossover' });
  assert.equal(told.session.canSend(), false, 'before the positions are known');
  manager.peer.send(ACK);
  await told.untilLoggedOn();
  assert.deepEqual(told.positions, [[{ symbol: 'AAPL', quantity: 10 }]]);
  assert.equal(told.session.canSend(), true);
  told.order('AAPL', 'SELL');
  await untilOrders(manager.peer, 1);
  const [order] = ordersOf(manager.peer);
  assert.ok(order);
  manager.peer.send(fill(order, 12));
  await until('the report is heard', () => told.reports.length === 1);
  assert.deepEqual(told.reports[0]?.order, {
    ...{ symbol: 'AAPL', side: 'SELL', quantity: 10, price: 1.5, time: 7 },
    clOrdId: order.clOrdId,
  });
  assert.equal(told.reports[0]?.report.orderId, 12);
  assert.equal(told.session.unanswered, 0);
});

test('positions that come in several messages are told together', { timeout: 60_000 }, async (t) => {
  const first = [{ symbol: 'AAPL', quantity: 1 }];
  const rest = [{ symbol: 'MSFT', quantity: -2 }];
  const manager = await Listener.open(t, (peer) => {
    peer.send(encodeMessage({ type: 'logonAck', strategy: 'crossover', positions: first, more: true }));
    peer.send(encodeMessage({ type: 'logonAck', strategy: 'crossover', positions: rest }));
  });
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  assert.deepEqual(told.positions, [[...first, ...rest]]);
});

test('orders without an answer are sent again after a cut, in order, under the same ids', {
  timeout: 60_000,
}, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  for (const symbol of ['A', 'B', 'C', 'D']) told.order(symbol);
  await untilOrders(manager.peer, 4);
  const sent = ordersOf(manager.peer);
  assert.equal(new Set(sent.map(({ clOrdId }) => clOrdId)).size, 4);
  manager.peer.send(sent[1] ? fill(sent[1]) : '');
  await until('one is answered', () => told.session.unanswered === 3);
  for (let times = 2; times <= 4; times++) {
    manager.peer.reset();
    await told.untilLoggedOn(times);
    await untilOrders(manager.peer, 3);
    assert.deepEqual(ordersOf(manager.peer), [sent[0], sent[2], sent[3]]);
    assert.deepEqual(told.positions.at(-1), [{ symbol: 'AAPL', quantity: 10 }]);
  }
  assert.deepEqual(told.resent, [3, 3, 3]);
  for (const order of ordersOf(manager.peer)) manager.peer.send(fill(order));
  await until('all are answered', () => told.session.unanswered === 0);
  assert.deepEqual(
    told.reports.map(({ order }) => order.symbol),
    ['B', 'A', 'C', 'D'],
  );
  manager.peer.reset();
  await told.untilLoggedOn(5);
  told.order('E');
  await untilOrders(manager.peer, 1);
  assert.deepEqual(
    ordersOf(manager.peer).map(({ symbol }) => symbol),
    ['E'],
    'what is answered is not sent again',
  );
});

test('nothing is sent again before the positions are told', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => {
    if (manager.peers.length === 1) peer.send(ACK);
  });
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  told.order('A');
  await untilOrders(manager.peer, 1);
  manager.peer.reset();
  await until('it comes back', () => manager.peers.length === 2);
  await manager.peer.untilFrames(1);
  assert.deepEqual([told.session.loggedOn, told.session.canSend()], [false, false]);
  assert.deepEqual(ordersOf(manager.peer), []);
  manager.peer.send(ACK);
  await untilOrders(manager.peer, 1);
});

test('an order that is made while the connection is going is not lost', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  manager.peer.reset();
  for (let i = 0; told.session.loggedOn && i < 10_000; i++) {
    if (told.session.canSend()) told.order(`S${i}`);
    await new Promise(setImmediate);
  }
  const { unanswered } = told.session;
  assert.ok(unanswered > 0);
  await told.untilLoggedOn(2);
  await untilOrders(manager.peer, unanswered);
});

test('reports of orders that are not its own, or were answered before, are passed over', {
  timeout: 60_000,
}, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  told.order('A');
  await untilOrders(manager.peer, 1);
  const [order] = ordersOf(manager.peer);
  assert.ok(order);
  manager.peer.send(fill({ ...order, clOrdId: 'another' }));
  manager.peer.send(encodeMessage({ type: 'report', status: 'REJECTED', reason: 'BAD_PRICE price=0' }));
  manager.peer.send(fill(order) + fill(order));
  manager.peer.send('end of them*');
  await until('all have come', () => told.badFrames.length === 1);
  assert.equal(told.reports.length, 1);
});

test('a rejection answers its order', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  told.order('A');
  await untilOrders(manager.peer, 1);
  const clOrdId = ordersOf(manager.peer)[0]?.clOrdId ?? '';
  manager.peer.send(
    encodeMessage({ type: 'report', status: 'REJECTED', reason: 'QUANTITY_ABOVE_LIMIT', clOrdId }),
  );
  await until('it is answered', () => told.session.unanswered === 0);
  assert.equal(told.reports[0]?.report.status, 'REJECTED');
});

test('bad frames are told and harm nothing', { timeout: 60_000 }, async (t) => {
  const bad = ['', 'hello', '{}', '{"type":"report"}', '{"type":"logonAck"}', 'x'.repeat(70_000)];
  const manager = await Listener.open(t, (peer) => peer.send(`${bad.join('*')}*${ACK}`));
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  assert.equal(told.badFrames.length, bad.length);
});

test('half a frame of a connection that was cut is forgotten', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => {
    if (manager.peers.length > 1) return peer.send(ACK);
    peer.send(ACK.slice(0, 20));
    peer.end();
  });
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  assert.deepEqual([told.connected, told.badFrames, told.downs.length], [2, [], 1]);
});

test('a manager that does not answer is asked again on a new connection', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  told.order('A');
  await told.untilLoggedOn(2);
  assert.match(told.downs[0] ?? '', /no answer/);
  await untilOrders(manager.peer, 1);
  assert.deepEqual(ordersOf(manager.peer), manager.peers[0] && ordersOf(manager.peers[0]));
});

test('a manager that has long had nothing to say has its time to answer an order', {
  timeout: 60_000,
}, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  await sleep(3_100); // longer than an answer may take
  told.order('A');
  await sleep(700); // longer than from one look at the answers to the next
  await untilOrders(manager.peer, 1);
  const [order] = ordersOf(manager.peer);
  manager.peer.send(order ? fill(order) : '');
  await until('it is answered', () => told.session.unanswered === 0);
  assert.deepEqual(told.downs, []);
});

test('stop() waits for the reports that are due', { timeout: 60_000 }, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  told.order('A');
  await untilOrders(manager.peer, 1);
  const stopped = told.session.stop();
  await sleep(50);
  const [order] = ordersOf(manager.peer);
  manager.peer.send(order ? fill(order) : '');
  await stopped;
  assert.equal(told.reports.length, 1);
  await manager.peer.untilClosed();
});

test('stop() does not wait for ever for a manager that does not answer, nor for one that is not there', {
  timeout: 60_000,
}, async (t) => {
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const told = new Told(t, manager.port);
  await told.untilLoggedOn();
  told.order('A');
  await told.session.stop();
  assert.equal(told.session.unanswered, 1);
  assert.equal(told.session.canSend(), false);
  await manager.stop();
  await new Told(t, manager.port).session.stop();
});

test('what a dead session left in the outbox is sent again by the next, under the same ids', {
  timeout: 60_000,
}, async (t) => {
  const file = join(temporaryFolder(t), 'x.outbox');
  const manager = await Listener.open(t, (peer) => peer.send(ACK));
  const outbox = Outbox.open(file);
  const dead = new Told(t, manager.port, outbox);
  await dead.untilLoggedOn();
  for (const symbol of ['A', 'B', 'C']) dead.order(symbol);
  await untilOrders(manager.peer, 3);
  const sent = ordersOf(manager.peer);
  manager.peer.send(sent[1] ? fill(sent[1]) : '');
  await until('one is answered', () => dead.session.unanswered === 2);
  outbox.close(); // as the kernel does for a dead process
  await dead.session.stop();

  const next = new Told(t, manager.port, Outbox.open(file));
  await next.untilLoggedOn();
  await untilOrders(manager.peer, 2);
  assert.deepEqual(ordersOf(manager.peer), [sent[0], sent[2]]);
  for (const order of ordersOf(manager.peer)) manager.peer.send(fill(order));
  await until('all are answered', () => next.session.unanswered === 0);
});

test('a refusal is told once, with what the manager says, however often it is tried', {
  timeout: 60_000,
}, async (t) => {
  const refusal = encodeMessage({ type: 'error', reason: 'logon: unknown name or wrong token' });
  let refuses = true;
  const manager = await Listener.open(t, (peer) => {
    peer.send(refuses ? refusal : ACK);
    if (refuses) peer.end();
  });
  const told = new Told(t, manager.port);
  await until('it tries some times', () => told.connected >= 4);
  assert.deepEqual(told.downs, ['logon: unknown name or wrong token']);
  assert.deepEqual([told.badFrames, told.session.loggedOn], [[], false]);
  refuses = false;
  await told.untilLoggedOn();
  refuses = true;
  manager.peer.reset();
  await until('the cut and the refusal are told', () => told.downs.length === 3);
});
