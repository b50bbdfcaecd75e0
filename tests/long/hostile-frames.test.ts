// Clients, a Gateway and a price file that send nothing, endless frames or nonsense. No process dies or grows,
// bad frames are counted, and other clients are served. tests/long/hostile-clients.test.ts has more of each.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeGateway } from '../end-to-end/fake-gateway.ts';
import {
  assertCounted,
  connectSilently,
  HostileStage,
  loggedBadFrames,
  sendEndlessFrame,
  sendRandomFrames,
} from '../end-to-end/hostile-clients.ts';
import { openStack } from '../end-to-end/stack.ts';
import { testSeed } from '../seed.ts';
import { Peer } from '../transport/peer.ts';

const LIMIT = { timeout: 180_000 };
const MEBIBYTE = 1024 * 1024;
const SILENT = 1_000;
const FRAMES = 20_000;
const FRAMES_OF_CONNECTION = 100;
const FRAME_BYTES_MAX = 65_536;

test(
  'a thousand silent connections per port cost little memory, and other clients are served',
  LIMIT,
  async (t) => {
    const stage = await HostileStage.open(t);
    for (const port of stage.ports) await connectSilently(t, port, SILENT);
    const { stack } = stage;
    const clients = () => stack.counter('gateway.priceClients') + stack.counter('gateway.newsClients');
    await stack.until('all are there', () => clients() >= 2 * SILENT);
    await stage.assertUnharmed(t);
  },
);

test('an endless frame on each port is counted, and its client cut off', LIMIT, async (t) => {
  const stage = await HostileStage.open(t);
  for (const port of stage.ports) await sendEndlessFrame(port, 64 * MEBIBYTE);
  await stage.stack.until('it is counted', () => stage.stack.counter('order-manager.badFrames') === 1);
  assert.equal(stage.stack.counter('gateway.badFrames'), 2);
  assert.equal(stage.stack.counter('gateway.clientsCutOff'), 2);
  await stage.assertUnharmed(t);
});

test('random frames on each port are counted, and close their connections', LIMIT, async (t) => {
  const stage = await HostileStage.open(t);
  let connections = 0;
  for (const port of stage.ports)
    connections += await sendRandomFrames(port, testSeed + port, FRAMES, FRAMES_OF_CONNECTION);
  await assertCounted(stage.stack, connections);
  const told = loggedBadFrames(stage.stack, 'gateway') + loggedBadFrames(stage.stack, 'order-manager');
  const counted = stage.stack.counter('gateway.badFrames') + stage.stack.counter('order-manager.badFrames');
  assert.ok(told < counted / 2, `${told} lines in the logs for ${counted} bad frames`);
  await stage.assertUnharmed(t);
});

test('invalid news is counted and skipped', LIMIT, async (t) => {
  const frames = 20_000;
  const stack = await openStack(t);
  stack.start('order-manager');
  stack.start('orderbook');
  stack.start('strategy');
  await stack.until('the strategy counts', () => stack.counter('strategy.loggedOn') === 1);
  const gateway = await FakeGateway.listen(t, stack.newsPort);
  await gateway.greeting(1);
  await gateway.say(`#SESSION,7,1*${'good*'.repeat(frames)}70*`);
  await stack.until('the valid sentiment is received', () => stack.counter('strategy.newsSeen') === 1);
  assert.equal(stack.counter('strategy.badFrames'), frames);
  const told = loggedBadFrames(stack, 'strategy');
  assert.ok(told > 0 && told < frames / 10, `${told} lines in the log for ${frames} bad frames`);
});

const ORDER = '"symbol":"AAPL","side":"BUY","quantity":10';

test('JSON that is deep, huge or names the prototype does no harm', LIMIT, async (t) => {
  const stage = await HostileStage.open(t);
  const deep = (FRAME_BYTES_MAX - 1_000) / 2;
  const nested = '['.repeat(deep) + ']'.repeat(deep);
  const errors = [
    '['.repeat(FRAME_BYTES_MAX - 1),
    nested,
    `{"type":${nested}}`,
    `{"a":`.repeat(10_000),
    `"${'x'.repeat(FRAME_BYTES_MAX - 10)}"`,
    `{${ORDER},"price":NaN}`,
    `{${ORDER},"price":1,"price":"two"}`,
  ];
  const rejected = [
    `{${ORDER},"price":${nested}}`,
    `{${ORDER},"price":"${'9'.repeat(FRAME_BYTES_MAX - 1_000)}"}`,
    `{${ORDER},"__proto__":{"price":173.2}}`,
    `{${ORDER},"constructor":{"prototype":{"price":173.2}}}`,
  ];
  const client = await Peer.connect(t, stage.stack.orderPort);
  client.send([...errors, ...rejected].map((frame) => `${frame}*`).join(''));
  await client.untilFrames(errors.length + rejected.length);
  assert.deepEqual(
    client.messages.map(({ type, status }) => status ?? type),
    [...errors.map(() => 'error'), ...rejected.map(() => 'REJECTED')],
  );
  const counted = () => stage.stack.counter('order-manager.badFrames');
  await stage.stack.until('they are counted', () => counted() === errors.length);
  assert.deepEqual(stage.stack.orders(), []);
  await stage.assertUnharmed(t);
});

test('invalid quantities and prices are rejected', LIMIT, async (t) => {
  const stage = await HostileStage.open(t);
  const values = ['-1', '0', '-0', '1e308', '1e999', '-1e308', '"ten"', 'null', 'true', '{}', '[10]'];
  const orders = [
    ...values.map((value) => `{"symbol":"AAPL","side":"BUY","quantity":${value},"price":1.5}*`),
    ...values.map((value) => `{"symbol":"AAPL","side":"BUY","quantity":10,"price":${value}}*`),
  ];
  const client = await Peer.connect(t, stage.stack.orderPort);
  client.send(orders.join(''));
  await client.untilFrames(orders.length);
  const filled = client.messages.filter(({ status }) => status !== 'REJECTED');
  assert.deepEqual(filled, []);
  const counted = () => stage.stack.counter('order-manager.ordersRejected');
  await stage.stack.until('they are counted', () => counted() === orders.length);
  await stage.assertUnharmed(t);
});
