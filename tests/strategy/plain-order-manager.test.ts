// The order session with an OrderManager that takes orders and answers nothing.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ExecutionReport, Side } from '../../src/domain/orders.ts';
import type { SymbolQuantity } from '../../src/domain/positions.ts';
import { encodeMessage } from '../../src/protocol/order-codec.ts';
import { OrderSession } from '../../src/strategy/order-session.ts';
import { PendingOrders } from '../../src/strategy/pending-orders.ts';
import { until } from '../../tools/testing/poll.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { Listener } from '../transport/listener.ts';
import { HOST } from '../transport/peer.ts';

const LIMIT = { timeout: 60_000 };
const ACK = encodeMessage({ type: 'logonAck', strategy: 'crossover', positions: [] });

/** A session, and what it reported. */
class Trading {
  readonly positions: (readonly SymbolQuantity[])[] = [];
  readonly reports: ExecutionReport[] = [];
  plain = 0;
  connected = 0;
  readonly namesInUse: string[] = [];
  readonly pending: PendingOrders;
  readonly session: OrderSession;

  constructor(t: TestContext, port: number, plainAfterMs = 50, token?: string) {
    this.pending = PendingOrders.open(join(temporaryFolder(t), 'x.outbox'));
    this.session = new OrderSession(
      { host: HOST, port, strategy: 'crossover', pending: this.pending, plainAfterMs, token },
      {
        onPlain: () => this.plain++,
        onPositions: (positions) => this.positions.push(positions),
        onReport: (report) => this.reports.push(report),
        onResent: () => {},
        onConnected: () => this.connected++,
        onNameInUse: (reason) => this.namesInUse.push(reason),
        onDown: () => {},
        onBadFrame: () => {},
      },
    );
    t.after(() => this.session.stop());
    this.session.start();
  }

  order(side: Side, quantity: number): void {
    this.session.send({ symbol: 'AAPL', side, quantity, price: 173.2 });
  }

  untilPlain(times = 1): Promise<void> {
    return until(`it counts as plain ${times} times`, () => this.plain === times);
  }
}

function ordersIn(received: string): Record<string, unknown>[] {
  return received
    .split('*')
    .filter((frame) => frame !== '')
    .map((frame) => JSON.parse(frame))
    .filter(({ type }) => type !== 'logon')
    .map(({ clOrdId, ...order }) => order);
}

test('an OrderManager that leaves the logon unanswered gets plain orders', LIMIT, async (t) => {
  const manager = await Listener.open(t);
  const trading = new Trading(t, manager.port);
  await trading.untilPlain();
  assert.ok(trading.session.canSend());
  trading.order('BUY', 10);
  await until('the order is there', () => ordersIn(manager.peer.received).length === 1);
  assert.deepEqual(ordersIn(manager.peer.received), [
    { symbol: 'AAPL', side: 'BUY', quantity: 10, price: 173.2 },
  ]);
});

test('a plain order counts as filled when it is sent, and the position is kept here', LIMIT, async (t) => {
  const manager = await Listener.open(t);
  const trading = new Trading(t, manager.port);
  await trading.untilPlain();
  trading.order('BUY', 10);
  trading.order('SELL', 20);
  assert.deepEqual(
    trading.reports.map((report) => [report.status, report.position]),
    [
      ['FILLED', 10],
      ['FILLED', -10],
    ],
  );
  assert.equal(trading.pending.size, 0);
});

test('positions outlive a reconnect to a plain OrderManager', LIMIT, async (t) => {
  const manager = await Listener.open(t);
  const trading = new Trading(t, manager.port);
  await trading.untilPlain();
  trading.order('BUY', 10);
  manager.peer.destroy();
  await trading.untilPlain(2);
  assert.deepEqual(trading.positions, [[], [{ symbol: 'AAPL', quantity: 10 }]]);
});

test('an OrderManager that closes the connection at every logon gets none', LIMIT, async (t) => {
  const manager = await Listener.open(t, async (peer) => {
    if (manager.peers.length > 3) return;
    await peer.untilReceived('logon');
    peer.destroy();
  });
  const trading = new Trading(t, manager.port, 60_000);
  await trading.untilPlain();
  trading.order('BUY', 10);
  await until('the order is there', () => manager.peer.received.includes('AAPL'));
  assert.doesNotMatch(manager.peer.received, /logon/);
});

test('an OrderManager that answers late is believed from then on', LIMIT, async (t) => {
  const manager = await Listener.open(t);
  const trading = new Trading(t, manager.port);
  await trading.untilPlain();
  manager.peer.send(ACK);
  await until('it is logged on', () => trading.positions.length === 2);
  trading.order('BUY', 10);
  assert.equal(trading.reports.length, 0);
  assert.equal(trading.pending.size, 1);
});

test('an OrderManager that has answered once never counts as plain', LIMIT, async (t) => {
  const manager = await Listener.open(t, (peer) => {
    if (manager.peers.length === 1) peer.send(ACK);
  });
  const trading = new Trading(t, manager.port);
  await until('it is logged on', () => trading.positions.length === 1);
  manager.peer.destroy();
  await until('it has connected again', () => trading.connected === 2);
  manager.peer.send(ACK);
  await until('it is logged on again', () => trading.positions.length === 2);
  assert.equal(trading.plain, 0);
});
