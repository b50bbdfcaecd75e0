import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DropCopy } from '../../src/dashboard/drop-copy.ts';
import { encodeMessage } from '../../src/protocol/order-codec.ts';
import { type ReportCopy, watchAcks } from '../../src/protocol/order-messages.ts';
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

/** A watcher of a listener, and what it was told. */
async function watching(t: TestContext) {
  const manager = await Listener.open(t);
  const told: string[] = [];
  const watcher = new DropCopy(
    { host: HOST, port: manager.port, last: 5 },
    {
      onPositions: (positions, lastOrderId) =>
        told.push(`${positions.map(({ symbol }) => symbol)} up to ${lastOrderId}`),
      onReport: ({ orderId, strategy }) => told.push(`${strategy} ${orderId}`),
      onDown: (_reason, wasUp) => told.push(wasUp ? 'down' : 'not there'),
      onBadFrame: (reason) => told.push(`bad: ${reason}`),
    },
  );
  t.after(() => watcher.stop());
  watcher.start();
  await until('it connects', () => manager.peers.length === 1);
  return { manager, told };
}

test('asks for history, and tells positions of several frames at once, then reports', LIMIT, async (t) => {
  const { manager, told } = await watching(t);
  await manager.peer.untilReceived('{"type":"watch","last":5}*');
  const symbols = Array.from({ length: 260 }, (_, index) => `S${index}`);
  for (const ack of watchAcks(symbols.map(position), 41)) manager.peer.send(encodeMessage(ack));
  manager.peer.send(encodeMessage(copy(41)) + encodeMessage(copy(42)));
  await until('all is told', () => told.length === 3);
  assert.deepEqual(told, [`${symbols} up to 41`, 'crossover 41', 'crossover 42']);
});

test('comes back to a manager that was away, and is told all afresh', LIMIT, async (t) => {
  const { manager, told } = await watching(t);
  for (const ack of watchAcks([position('IBM')], 1)) manager.peer.send(encodeMessage(ack));
  await until('the first is told', () => told.length === 1);
  manager.peer.send('{"type":"watchAck","positions":[],"lastOrderId":1,"more":true}*{"type":"rep');
  await manager.stop();
  await manager.start();
  await until('it is back', () => manager.peers.length === 2);
  await manager.peer.untilReceived('"watch"');
  for (const ack of watchAcks([position('KO')], 2)) manager.peer.send(encodeMessage(ack));
  await until('the second is told', () => told.length === 3);
  assert.deepEqual(told, ['IBM up to 1', 'down', 'KO up to 2']);
});

test('what makes no sense is told and skipped', LIMIT, async (t) => {
  const { manager, told } = await watching(t);
  const anonymous = encodeMessage({ ...copy(1), strategy: 'anonymous' });
  manager.peer.send(`nonsense*{"type":"logonAck"}*{"type":"error","reason":"out of place"}*${anonymous}`);
  await until('all is told', () => told.length === 4);
  assert.deepEqual(told.slice(2), ['bad: out of place', 'anonymous 1']);
  assert.match(told[0] ?? '', /^bad: expected a JSON object/);
  assert.match(told[1] ?? '', /^bad: expected type report, watchAck or error/);
});
