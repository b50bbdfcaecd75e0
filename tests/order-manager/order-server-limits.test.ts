// The order port with clients that are hostile, slow or too many.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';
import { until } from '../../tools/testing/poll.ts';
import type { Peer } from '../transport/peer.ts';
import { fill, ORDER, OrderServerStage } from './order-server-stage.ts';

const LIMIT = { timeout: 60_000 };

test('bad frames are answered and counted; ten close the connection, and no other', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const good = await stage.connect(t);
  const bad = await stage.connect(t);
  const deep = `{"type":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
  const nine = ['', 'hello', '[]', 'null', '{"type":"nonsense"}', '{"type":"logon"}', '\xff\0', '{', deep];
  bad.send(`${nine.join('*')}*`);
  await bad.untilFrames(9);
  assert.equal(bad.closed, false);
  for (const message of bad.messages) assert.equal(message.type, 'error');
  bad.send(`${'x'.repeat(70_000)}*${ORDER}`);
  await bad.untilClosed();
  assert.deepEqual([stage.badFrames.length, stage.orders.length], [10, 0]);
  good.send(ORDER);
  await good.untilFrames(1);
});

test('a watcher that does not read is cut off, and the trader is served', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const watcher = await stage.watching(t);
  watcher.pause();
  const trader = await stage.connect(t);
  trader.send(ORDER);
  await trader.untilFrames(1);
  const { lastTrader } = stage;
  assert.ok(lastTrader);
  let reports = 1;
  await until('the watcher is cut off', async () => {
    for (let i = 0; i < 2_000; i++) stage.enqueue(lastTrader, fill(++reports));
    stage.server.sendReports();
    await until('the trader reads', () => trader.received.includes(`"orderId":${reports},`));
    return stage.cutOff.length > 0;
  });
  assert.match(stage.cutOff[0] ?? '', /does not read/);
  assert.equal(trader.frames.length, reports);
});

test(
  'a client that sends too fast is read more slowly, loses nothing, and delays no other',
  LIMIT,
  async (t) => {
    const stage = await OrderServerStage.open(t, { clientRate: 1_000 });
    const [fast, slow] = [await stage.connect(t), await stage.connect(t)];
    for (let i = 0; i < 50; i++) fast.send(ORDER.repeat(100));
    await until('it is paused', () => stage.paused.length > 0);
    slow.send(ORDER);
    await slow.untilFrames(1);
    assert.ok(fast.frames.length < 5_000, 'the other client was served first');
    await fast.untilFrames(5_000);
    assert.deepEqual(stage.cutOff, []);
  },
);

test(
  'orders above the rate are answered one by one, so that their client hears of each',
  LIMIT,
  async (t) => {
    const stage = await OrderServerStage.open(t, { clientRate: 1 });
    const peer = await stage.connect(t);
    peer.send(ORDER.repeat(30));
    await until('it is paused', () => stage.paused.length > 0);
    assert.ok(stage.orders.length < 30, `${stage.orders.length} were handled`);
    await peer.untilFrames(3);
    assert.ok(peer.frames.length < 30, `${peer.frames.length} were answered`);
    assert.equal(stage.paused.length, 1);
  },
);

test('a client that does not read its reports is not read until it does', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.connect(t);
  peer.pause();
  let orders = 0;
  const sendMore = () => {
    peer.send(ORDER.repeat(1_000));
    orders += 1_000;
  };
  await until('it is paused', () => {
    sendMore();
    return stage.paused.length > 0;
  });
  for (let i = 0; i < 20; i++) sendMore();
  assert.ok(stage.orders.length < orders);
  peer.resume();
  await until('all are answered', () => peer.received.slice(-300).includes(`"orderId":${orders},`));
  assert.deepEqual(stage.cutOff, []);
});

test('a client with too many unanswered orders is not read until they are answered', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  stage.answers = false;
  const peer = await stage.connect(t);
  for (let i = 0; i < 30; i++) peer.send(ORDER.repeat(1_000));
  await until('it is paused', () => stage.paused.length > 0);
  const handled = stage.orders.length;
  assert.ok(handled >= 10_000 && handled < 12_000, `${handled} were handled`);
  const other = await stage.connect(t);
  other.send('hello*');
  await other.untilFrames(1);
  assert.equal(stage.orders.length, handled, 'no more while none is answered');
  stage.answerAll();
  await peer.untilFrames(30_000);
});

test('a flood of silent connections keeps out no strategy, neither old nor new', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const first = await stage.loggedOn(t, 'first');
  const silent: Peer[] = [];
  for (let i = 0; i < 1_300; i++) silent.push(await stage.connect(t));
  await until('the oldest are evicted', () => stage.refused.length > 200);
  const second = await stage.loggedOn(t, 'second');
  for (const peer of [first, second]) peer.send(ORDER);
  await Promise.all([first.untilFrames(2), second.untilFrames(2)]);
  await silent[0]?.untilClosed();
  assert.ok(!silent.at(-1)?.closed);
});

test(
  'a client that never sends is disconnected; one that has ordered or watches may be silent',
  LIMIT,
  async (t) => {
    const stage = await OrderServerStage.open(t, { logonMs: 2_000 });
    const trader = await stage.connect(t);
    trader.send(ORDER);
    await trader.untilFrames(1);
    const watcher = await stage.connect(t);
    watcher.send('{"type":"watch","last":0}*');
    await watcher.untilFrames(1);
    const silent = await stage.connect(t);
    await silent.untilClosed();
    assert.deepEqual([stage.clients, trader.closed, watcher.closed], [2, false, false]);
    assert.match(stage.refused[0] ?? '', /did not identify itself/);
  },
);

test('at most 64 clients can watch', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  for (let i = 0; i < 64; i++) {
    const watcher = await stage.connect(t);
    watcher.send('{"type":"watch","last":0}*');
    await watcher.untilFrames(1);
  }
  const late = await stage.connect(t);
  late.send('{"type":"watch"}*');
  await late.untilFrames(1);
  assert.equal(late.messages[0]?.type, 'error');
});

test(
  'a client that floods is read once per event-loop iteration, so that nobody waits for its flood',
  LIMIT,
  async (t) => {
    const stage = await OrderServerStage.open(t);
    const flood = await stage.connect(t);
    const orders = 40_000;
    flood.send(ORDER.repeat(orders));
    let [reads, most] = [0, 0];
    while (stage.orders.length < orders) {
      await nextIteration();
      most = Math.max(most, stage.ordersAtReads.length - reads);
      reads = stage.ordersAtReads.length;
    }
    assert.ok(reads > 10);
    assert.equal(most, 1);
  },
);
