// A session that orders by a lane: the logon goes over TCP, orders and reports through shared memory.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { LaneDamagedError, LaneRefusedError } from '../../src/order-lane/errors.ts';
import type { StrategyLane } from '../../src/order-lane/strategy-lane.ts';
import { encodeMessage } from '../../src/protocol/order-codec.ts';
import { LaneKeeper } from '../../src/strategy/lane-keeper.ts';
import { LanePath } from '../../src/strategy/order-path.ts';
import { OrderSession } from '../../src/strategy/order-session.ts';
import { PendingOrders } from '../../src/strategy/pending-orders.ts';
import { until } from '../../tools/testing/poll.ts';
import { answerAll, filled, overwriteReports, TestLane } from '../order-lane/lanes.ts';
import { Listener } from '../transport/listener.ts';
import { HOST } from '../transport/peer.ts';

const LIMIT = { timeout: 60_000 };
const ACK = encodeMessage({ type: 'logonAck', strategy: 'crossover', positions: [], lane: true });
const ORDER = { symbol: 'IBM', side: 'BUY', quantity: 10, price: 100 } as const;

/** A session on a lane, and what happened to it in order. */
class Observed {
  readonly happened: string[] = [];
  readonly errors: Error[] = [];
  readonly lane: StrategyLane;
  readonly pending: PendingOrders;
  readonly session: OrderSession;
  rung = 0;
  /** What an OrderManager does when the bell rings. */
  onRing = () => {};

  constructor(t: TestContext, test: TestLane, port: number) {
    this.lane = test.strategy();
    this.pending = new PendingOrders(new LaneKeeper(this.lane, '/no/such.outbox'));
    this.session = new OrderSession(
      {
        ...{ host: HOST, port, strategy: 'crossover', pending: this.pending },
        lane: new LanePath(this.lane, () => {
          this.rung++;
          this.onRing();
        }),
      },
      {
        onPositions: () => {
          this.happened.push('positions');
          this.session.poll(); // a book may be read from now on
        },
        onReport: ({ clOrdId }) => this.happened.push(`report ${clOrdId}`),
        onResent: (count) => this.happened.push(`resent ${count}`),
        onConnected: () => {},
        onNameInUse: () => {},
        onNoLane: (error) => this.errors.push(error),
        onDown: () => this.happened.push('down'),
        onBadFrame: () => {},
      },
    );
    t.after(async () => {
      await this.session.stop();
      this.pending.close();
    });
    this.session.start();
  }
}

test('an order goes through the lane, rings, and its report comes back', LIMIT, async (t) => {
  const [listener, lane] = [await Listener.open(t), new TestLane(t)];
  const observed = new Observed(t, lane, listener.port);
  await until('it logs on', () => listener.peers[0]?.messages[0]?.lane === observed.lane.name);
  const manager = lane.manager(observed.lane);
  listener.peer.send(ACK);
  await until('it is logged on', () => observed.session.loggedOn);
  const rung = observed.rung;
  observed.session.send(ORDER);
  assert.equal(observed.rung, rung + 1);
  const [id] = answerAll(manager);
  observed.session.poll();
  assert.deepEqual(observed.happened, ['positions', `report ${id}`]);
  assert.equal(observed.pending.size, 0);
  assert.equal(listener.peer.frames.length, 1, 'nothing but the logon went over TCP');
  manager.close();
});

test(
  'the report of an OrderManager that answers immediately is not left until the next tick',
  LIMIT,
  async (t) => {
    const [listener, lane] = [await Listener.open(t), new TestLane(t)];
    const observed = new Observed(t, lane, listener.port);
    await until('it logs on', () => listener.peers[0]?.frames.length === 1);
    const manager = lane.manager(observed.lane);
    listener.peer.send(ACK);
    await until('it is logged on', () => observed.session.loggedOn);
    observed.onRing = () => answerAll(manager);
    observed.session.send(ORDER);
    assert.equal(observed.pending.size, 0);
    assert.match(observed.happened.join(), /^positions,report /);
    manager.close();
  },
);

test('the positions of a logon come before the reports that were written meanwhile', LIMIT, async (t) => {
  const [listener, lane] = [await Listener.open(t), new TestLane(t)];
  const observed = new Observed(t, lane, listener.port);
  await until('it logs on', () => listener.peers[0]?.frames.length === 1);
  listener.peer.send(ACK);
  await until('it is logged on', () => observed.session.loggedOn);
  observed.session.send(ORDER);
  listener.peer.destroy();
  await until('it logs on again', () => listener.peers[1]?.frames.length === 1);
  const manager = lane.manager(observed.lane);
  const [id] = answerAll(manager); // it has sent its answer to the logon before
  observed.session.poll(); // as a tick does
  assert.equal(observed.pending.size, 1);
  listener.peers[1]?.send(ACK);
  await until('the report is passed on', () => observed.pending.size === 0);
  assert.deepEqual(observed.happened, ['positions', 'down', 'positions', `report ${id}`, 'resent 1']);
  manager.close();
});

test('a refused lane, a server without lanes and a damaged lane are reported', LIMIT, async (t) => {
  const [listener, lane] = [await Listener.open(t), new TestLane(t)];
  const observed = new Observed(t, lane, listener.port);
  await until('it logs on', () => listener.peers[0]?.frames.length === 1);
  const { peer } = listener;
  peer.send(encodeMessage({ type: 'error', reason: 'logon: LANE_REFUSED cannot use the order lane' }));
  await until('it is told', () => observed.errors.length === 1);
  assert.ok(observed.errors[0] instanceof LaneRefusedError);
  peer.send(encodeMessage({ type: 'logonAck', strategy: 'crossover', positions: [] }));
  await until('it is told again', () => observed.errors.length === 2);
  assert.match(observed.errors[1]?.message ?? '', /the OrderManager reads no lanes/);
  assert.equal(observed.session.loggedOn, false);
  peer.send(ACK);
  await until('it is logged on', () => observed.session.loggedOn);
  observed.session.send(ORDER);
  const manager = lane.manager(observed.lane);
  const order = manager.nextOrder();
  assert.ok(order);
  manager.report(filled({ ...order, symbol: 'X' }, 1));
  overwriteReports(lane.path);
  observed.session.poll();
  assert.ok(observed.errors[2] instanceof LaneDamagedError);
  manager.close();
});

test('a full lane takes no order until a report is read', LIMIT, async (t) => {
  const [listener, lane] = [await Listener.open(t), new TestLane(t)];
  const observed = new Observed(t, lane, listener.port);
  await until('it logs on', () => listener.peers[0]?.frames.length === 1);
  listener.peer.send(ACK);
  await until('it is logged on', () => observed.session.loggedOn);
  let sent = 0;
  while (observed.session.canSend()) observed.session.send({ ...ORDER, symbol: `S${sent++}` });
  assert.equal(sent, 1_024);
  const manager = lane.manager(observed.lane);
  answerAll(manager);
  observed.session.poll();
  assert.ok(observed.session.canSend());
  manager.close();
});
