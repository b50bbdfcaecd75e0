import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PriceClient } from '../../src/orderbook/price-client.ts';
import { until } from '../../tools/testing/poll.ts';
import { NumberedPrices } from '../gateway/numbered-prices.ts';
import { Listener } from '../transport/listener.ts';
import { HOST } from '../transport/peer.ts';

const LIMIT = { timeout: 60_000 };
const TICK_MS = 20;
/** Longer than this process may stand still. */
const SILENCE_MS = 1_000;

function start(t: TestContext, port: number): NumberedPrices {
  const told = new NumberedPrices();
  const client = new PriceClient({ host: HOST, port, silenceMs: SILENCE_MS, chunkBytes: 65_536 }, told);
  t.after(() => client.stop());
  client.start();
  return told;
}

/** A Gateway that always has a tick to send. */
async function chattingGateway(t: TestContext): Promise<Listener> {
  const gateway = await Listener.open(t);
  const timer = setInterval(() => gateway.peers.at(-1)?.send('S0,1*'), TICK_MS);
  t.after(() => clearInterval(timer));
  return gateway;
}

test('ticks without an answer to RESUME are not taken, and it is asked again', LIMIT, async (t) => {
  const gateway = await chattingGateway(t);
  const told = start(t, gateway.port);
  await until('it connects again and again', () => gateway.peers.length >= 3);
  await until('it asks', () => gateway.peer.received === 'RESUME,0,0*');
  assert.equal(told.applied, 0);
});

test('once it is answered, ticks without an end are no reason to ask again', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => peer.send('#SESSION,7,1*#BATCH,1,5*'));
  let sequence = 0;
  const timer = setInterval(() => {
    if (gateway.peers.length > 0) gateway.peer.send(`S${++sequence % 7},${sequence}*`);
  }, TICK_MS);
  t.after(() => clearInterval(timer));
  const told = start(t, gateway.port);
  await until(
    'ticks come for longer than an answer may take',
    () => told.applied >= (1.5 * SILENCE_MS) / TICK_MS,
  );
  assert.equal(gateway.peers.length, 1);
});
