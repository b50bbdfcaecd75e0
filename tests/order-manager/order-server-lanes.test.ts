// A logon with an order lane: the lane is open for as long as the connection, and orders go by it alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LaneOpenError } from '../../src/order-lane/errors.ts';
import { encodeMessage } from '../../src/protocol/order-codec.ts';
import { until } from '../../tools/testing/poll.ts';
import { OrderServerStage } from './order-server-stage.ts';

const LIMIT = { timeout: 60_000 };
const LANE = `01234567.${'a'.repeat(32)}`;
const LOGON = encodeMessage({ type: 'logon', strategy: 'crossover', instance: 'x', lane: LANE });
const ORDER = '{"symbol":"IBM","side":"BUY","quantity":1,"price":2,"clOrdId":"1"}*';

test('a lane is opened at the logon, and closed with the connection', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.connect(t);
  peer.send(LOGON);
  await peer.untilFrames(1);
  assert.equal(peer.messages[0]?.lane, true);
  assert.deepEqual(stage.lanes, [`crossover ${LANE}`]);
  peer.destroy();
  await until('the lane is closed', () => stage.lanesClosed > 0);
});

test('the lane of the previous connection is closed before the next is opened', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const first = await stage.connect(t);
  first.send(LOGON);
  await first.untilFrames(1);
  const second = await stage.connect(t);
  second.send(LOGON);
  await second.untilFrames(1);
  assert.equal(stage.lanes.length, 2);
  assert.ok(stage.lanesClosed >= 1);
});

test('a logon whose lane cannot be used is refused with the reason', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  stage.laneFault = new LaneOpenError('/dev/shm/x', 'it is a * symlink');
  const peer = await stage.connect(t);
  peer.send(LOGON);
  await peer.untilFrames(1);
  assert.match(String(peer.messages[0]?.reason), /^logon: LANE_REFUSED cannot use the order lane .* symlink/);
  await until('it is disconnected', () => peer.closed);
  assert.equal(stage.logonsRefused.length, 1);
});

test('a client with a lane is disconnected with the reason when the lane is damaged', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.connect(t);
  peer.send(LOGON);
  await peer.untilFrames(1);
  stage.damageLane('the order lane is damaged');
  await until('it is disconnected', () => peer.closed);
  assert.equal(peer.messages[1]?.reason, 'the order lane is damaged');
});

test('an order of such a client on its connection is not executed', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.connect(t);
  peer.send(LOGON + ORDER);
  await peer.untilFrames(2);
  assert.equal(peer.messages[1]?.reason, 'order: this client orders by its lane');
  assert.deepEqual(stage.orders, []);
});

test('nor is one that comes with a logon of many positions: the error follows them', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  stage.pages = slowPages();
  const peer = await stage.connect(t);
  peer.send(LOGON + ORDER);
  await peer.untilFrames(2);
  assert.deepEqual(
    peer.messages.map(({ type }) => type),
    ['logonAck', 'error'],
  );
  assert.deepEqual(stage.orders, []);
});

test('a lane of another form is refused', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const peer = await stage.connect(t);
  peer.send('{"type":"logon","strategy":"crossover","lane":"../x"}*');
  await peer.untilFrames(1);
  assert.match(String(peer.messages[0]?.reason), /^logon: lane: expected 8 and 32 hexadecimal digits/);
});

/** Each takes more than one turn of the answers. */
function* slowPages() {
  for (let page = 0; page < 5; page++) {
    for (const start = performance.now(); performance.now() - start < 5; );
    yield [{ symbol: `S${page}`, quantity: 1 }];
  }
}
