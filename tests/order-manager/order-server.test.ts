import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeMessage } from '../../src/protocol/order-codec.ts';
import { until } from '../../tools/testing/poll.ts';
import fc from '../property.ts';
import { cut, cutSizes } from '../protocol/chunks.ts';
import { fill, HISTORY_TIME, logon, ORDER, OrderServerStage, reportOf } from './order-server-stage.ts';

const LIMIT = { timeout: 60_000 };

test('a client that sends only an order is served as anonymous', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.connect(t);
  peer.send(ORDER);
  await peer.untilFrames(1);
  assert.deepEqual(stage.orders, ['anonymous order BUY 10 AAPL']);
  assert.deepEqual(peer.messages, [reportOf(1)]);
});

test('onRead() follows the orders of the read', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.connect(t);
  peer.send(ORDER + ORDER + ORDER);
  await peer.untilFrames(3);
  assert.equal(stage.ordersAtReads.at(-1), 3);
});

test('a client that sends orders and the end of its stream still gets its reports', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.connect(t);
  peer.send(ORDER + ORDER);
  peer.end();
  await peer.untilClosed();
  assert.deepEqual(peer.messages, [reportOf(1), reportOf(2)]);
  await until('the server has removed it', () => stage.clients === 0);
});

test('orders glued together and cut anywhere are each handled once', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), cutSizes, async (count, sizes) => {
      stage.orders.length = 0;
      const peer = await stage.connect(t);
      for (const piece of cut(Buffer.from(ORDER.repeat(count)), sizes)) {
        peer.send(Buffer.from(piece).toString());
        if (piece.length % 3 === 0) await new Promise(setImmediate);
      }
      await peer.untilFrames(count);
      assert.equal(stage.orders.length, count);
      peer.destroy();
    }),
    { numRuns: 15 },
  );
});

test('a logon is answered with the positions, and its orders carry its name', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.loggedOn(t, 'crossover');
  const { positions } = stage;
  assert.deepEqual(peer.messages, [{ type: 'logonAck', strategy: 'crossover', positions }]);
  peer.send(ORDER);
  await peer.untilFrames(2);
  assert.deepEqual(stage.orders, ['crossover order BUY 10 AAPL']);
});

test('positions that do not fit into one frame arrive in several', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  stage.positions = Array.from({ length: 2_500 }, (_, i) => ({ symbol: `S${i}`, quantity: i + 1 }));
  const peer = await stage.loggedOn(t, 'crossover');
  await peer.untilFrames(3);
  assert.deepEqual(
    peer.messages.map(({ more }) => more ?? false),
    [true, true, false],
  );
  assert.deepEqual(
    peer.messages.flatMap(({ positions }) => positions),
    stage.positions,
  );
});

function logonOf(instance: string): string {
  return encodeMessage({ type: 'logon', strategy: 'crossover', instance });
}

test(
  'a second process under the same strategy name is refused, and the first trades on',
  LIMIT,
  async (t) => {
    const stage = await OrderServerStage.open(t);
    const first = await stage.connect(t);
    first.send(logonOf('one'));
    await first.untilFrames(1);
    const second = await stage.connect(t);
    second.send(logonOf('two'));
    await second.untilClosed();
    assert.match(String(second.messages[0]?.reason), /^logon: NAME_IN_USE strategy=crossover client=127/);
    first.send(ORDER);
    await first.untilFrames(2);
    assert.deepEqual(stage.orders, ['crossover order BUY 10 AAPL']);
  },
);

test('a new connection of the same process replaces the previous one', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const first = await stage.connect(t);
  first.send(logonOf('one'));
  await first.untilFrames(1);
  const second = await stage.connect(t);
  second.send(logonOf('one'));
  await first.untilClosed();
  await second.untilFrames(1);
});

test('a strategy name is free again once its process has disconnected', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const first = await stage.connect(t);
  first.send(logonOf('one'));
  await first.untilFrames(1);
  first.destroy();
  await until('the server has seen it', () => stage.clients === 0);
  const second = await stage.connect(t);
  second.send(logonOf('two'));
  await second.untilFrames(1);
  assert.equal(second.messages[0]?.type, 'logonAck');
});

test('a second logon of a strategy closes the connection of the first', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const first = await stage.loggedOn(t, 'crossover');
  const other = await stage.loggedOn(t, 'other');
  const second = await stage.loggedOn(t, 'crossover');
  await first.untilClosed();
  assert.deepEqual(stage.cutOff, ['crossover logged on again']);
  second.send(ORDER);
  other.send(ORDER);
  await Promise.all([second.untilFrames(2), other.untilFrames(2)]);
  assert.equal(stage.clients, 2);
});

test(
  'an order that arrives on the first connection after the second logon is not traded',
  LIMIT,
  async (t) => {
    const stage = await OrderServerStage.open(t);
    const first = await stage.loggedOn(t, 'crossover');
    const second = await stage.loggedOn(t, 'crossover');
    first.send(ORDER);
    await first.untilClosed();
    second.send(ORDER);
    await second.untilFrames(2);
    assert.equal(stage.orders.length, 1);
  },
);

test('anonymous clients do not disconnect each other', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peers = [
    await stage.loggedOn(t, 'anonymous'),
    await stage.loggedOn(t, 'anonymous'),
    await stage.connect(t),
  ];
  for (const peer of peers) peer.send(ORDER);
  await until('all are served', () => stage.orders.length === 3);
  assert.equal(stage.clients, 3);
});

test('a second logon on one connection is rejected, also after an order', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.loggedOn(t, 'crossover');
  peer.send(logon('other'));
  await peer.untilFrames(2);
  assert.equal(peer.messages[1]?.type, 'error');
  const plain = await stage.connect(t);
  plain.send(ORDER + logon('other'));
  await plain.untilFrames(2);
  assert.deepEqual(plain.messages.map(({ type }) => type).sort(), ['error', 'report']);
  assert.deepEqual([stage.logons.length, stage.badFrames.length], [1, 2]);
});

test('a watcher gets a copy of every report, and can neither trade nor log on', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const watcher = await stage.watching(t);
  const trader = await stage.connect(t);
  trader.send(ORDER + ORDER);
  await Promise.all([watcher.untilFrames(3), trader.untilFrames(2)]);
  const copies = [1, 2].map((orderId) => ({ ...reportOf(orderId), strategy: 'anonymous' }));
  assert.deepEqual(watcher.messages.slice(1), copies);
  assert.deepEqual(trader.messages, [reportOf(1), reportOf(2)]);
  watcher.send(ORDER + logon('crossover'));
  await watcher.untilFrames(5);
  assert.deepEqual(
    watcher.messages.slice(3).map(({ type }) => type),
    ['error', 'error'],
  );
  assert.deepEqual([stage.orders.length, stage.logons.length, stage.badFrames.length], [2, 0, 2]);
  trader.send('{"type":"watch"}*');
  await until('a trader that wants to watch is rejected', () => stage.badFrames.length === 3);
});

test('a watcher that asks for history gets positions and past reports before new ones', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const watcher = await stage.connect(t);
  watcher.send('{"type":"watch","last":2}*');
  await watcher.untilFrames(3);
  const trader = await stage.loggedOn(t, 'crossover');
  trader.send(ORDER);
  await watcher.untilFrames(4);
  assert.deepEqual(watcher.messages, [
    { type: 'watchAck', positions: [], lastOrderId: 7 },
    { ...reportOf(0), strategy: 'past', time: HISTORY_TIME },
    { ...reportOf(1), strategy: 'past', time: HISTORY_TIME },
    { ...reportOf(1), strategy: 'crossover' },
  ]);
  watcher.send('{"type":"watch","last":1001}*');
  await watcher.untilFrames(5);
  assert.equal(watcher.messages[4]?.type, 'error');
});

test('a report that leaves while a watcher asks for history is not copied to it', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  stage.beforeHistory = () => {
    stage.server.copyReport('crossover', fill(8));
    stage.server.sendReports();
  };
  const watcher = await stage.connect(t);
  watcher.send('{"type":"watch","last":1}*nonsense*');
  await watcher.untilFrames(3); // the last one answers the second frame
  assert.deepEqual(
    watcher.messages.map(({ type }) => type),
    ['watchAck', 'report', 'error'],
  );
});

test(
  'an order that cannot be read goes to the handler with a reason, and is not a bad frame',
  LIMIT,
  async (t) => {
    const stage = await OrderServerStage.open(t);
    const peer = await stage.connect(t);
    peer.send('{"symbol":"AAPL","side":"HOLD","quantity":10,"price":1}*');
    await peer.untilFrames(1);
    assert.deepEqual(stage.orders, ['anonymous badOrder undefined 10 AAPL']);
    assert.deepEqual(stage.badFrames, []);
  },
);

test('a report for a client that has disconnected does no harm', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.connect(t);
  peer.send(ORDER);
  await peer.untilFrames(1);
  peer.reset();
  await until('the server has removed it', () => stage.clients === 0);
  assert.ok(stage.lastTrader);
  stage.report(stage.lastTrader, fill(2));
  const next = await stage.connect(t);
  next.send(ORDER);
  await next.untilFrames(1);
});

test('close() delivers the reports that were sent', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.connect(t);
  peer.send(ORDER.repeat(1_000));
  await until('all orders have arrived', () => stage.orders.length === 1_000);
  await new Promise(setImmediate);
  await stage.server.close();
  await peer.untilClosed();
  assert.equal(peer.frames.length, 1_000);
});

test('a watcher that asks gets the halts, and again when they change; others get none', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  stage.server.setHalts({ all: false, strategies: new Set(['b', 'a']) });
  const other = await stage.watching(t);
  const peer = await stage.connect(t);
  peer.send('{"type":"watch","halts":true}*');
  await peer.untilReceived('{"type":"halts","all":false,"strategies":["a","b"]}*');
  stage.server.setHalts({ all: true, strategies: new Set() });
  await peer.untilReceived('{"type":"halts","all":true,"strategies":[]}*');
  assert.doesNotMatch(other.received, /halts/);
});
