import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DropCopy } from '../../src/dashboard/drop-copy.ts';
import { watchAcks } from '../../src/protocol/order-acks.ts';
import { encodeMessage } from '../../src/protocol/order-codec.ts';
import type { ReportCopy } from '../../src/protocol/order-messages.ts';
import { until } from '../../tools/testing/poll.ts';
import { Listener } from '../transport/listener.ts';
import { HOST } from '../transport/peer.ts';

const LIMIT = { timeout: 60_000 };

const position = (symbol: string) => ({
  strategy: 'crossover',
  symbol,
  quantity: -10,
  averagePrice: 12.5,
  realisedPnl: -3,
});

function copy(orderId: number): ReportCopy {
  return {
    ...{ type: 'report', status: 'FILLED', orderId, symbol: 'IBM', side: 'BUY', quantity: 10 },
    ...{ price: 13.36, position: 10, strategy: 'crossover' },
  };
}

/** A watcher, its server, and what its handler heard. */
async function watching(t: TestContext) {
  const manager = await Listener.open(t);
  const heard: string[] = [];
  const watcher = new DropCopy(
    { host: HOST, port: manager.port, last: 5 },
    {
      onPositions: (positions, lastOrderId) =>
        heard.push(`${positions.map(({ symbol }) => symbol)} up to ${lastOrderId}`),
      onReport: ({ orderId, strategy }) => heard.push(`${strategy} ${orderId}`),
      onDown: (_reason, wasUp) => heard.push(wasUp ? 'down' : 'never up'),
      onHalts: ({ all, strategies }) => heard.push(`halted: ${all} ${[...strategies]}`),
      onBadFrame: (reason) => heard.push(`bad: ${reason}`),
    },
  );
  t.after(() => watcher.stop());
  watcher.start();
  await until('it connects', () => manager.peers.length === 1);
  return { manager, heard };
}

test(
  'it asks for history, and delivers positions of several frames together, then reports',
  LIMIT,
  async (t) => {
    const { manager, heard } = await watching(t);
    await manager.peer.untilReceived('{"type":"watch","last":5,"halts":true}*');
    const symbols = Array.from({ length: 260 }, (_, index) => `S${index}`);
    for (const ack of watchAcks([symbols.map(position)], 41)) if (ack) manager.peer.send(encodeMessage(ack));
    manager.peer.send(encodeMessage(copy(41)) + encodeMessage(copy(42)));
    manager.peer.send(encodeMessage({ type: 'halts', all: false, strategies: ['mine'] }));
    await until('all of it is heard', () => heard.length === 4);
    assert.deepEqual(heard, [`${symbols} up to 41`, 'crossover 41', 'crossover 42', 'halted: false mine']);
  },
);

test('it connects again to a restarted OrderManager, and gets all positions again', LIMIT, async (t) => {
  const { manager, heard } = await watching(t);
  for (const ack of watchAcks([[position('IBM')]], 1)) if (ack) manager.peer.send(encodeMessage(ack));
  await until('the first is heard', () => heard.length === 1);
  manager.peer.send('{"type":"watchAck","positions":[],"lastOrderId":1,"more":true}*{"type":"rep');
  await manager.stop();
  await manager.start();
  await until('it connects again', () => manager.peers.length === 2);
  await manager.peer.untilReceived('"watch"');
  for (const ack of watchAcks([[position('KO')]], 2)) if (ack) manager.peer.send(encodeMessage(ack));
  await until('the second is heard', () => heard.length === 3);
  assert.deepEqual(heard, ['IBM up to 1', 'down', 'KO up to 2']);
});

test('a bad frame is reported and skipped', LIMIT, async (t) => {
  const { manager, heard } = await watching(t);
  const anonymous = encodeMessage({ ...copy(1), strategy: 'anonymous' });
  manager.peer.send(`nonsense*{"type":"logonAck"}*{"type":"error","reason":"out of place"}*${anonymous}`);
  await until('all of it is heard', () => heard.length === 4);
  assert.deepEqual(heard.slice(2), ['bad: out of place', 'anonymous 1']);
  assert.match(heard[0] ?? '', /^bad: expected a JSON object/);
  assert.match(heard[1] ?? '', /^bad: expected type report, watchAck, halts or error/);
});
