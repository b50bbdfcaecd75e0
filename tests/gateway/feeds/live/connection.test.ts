import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { ExchangeConnection } from '../../../../src/gateway/feeds/live/connection.ts';
import { KRAKEN } from '../../../../src/gateway/feeds/live/kraken.ts';
import { LIVE_TIMES } from '../../../../src/gateway/feeds/live/times.ts';

test('a connection is closed while it is being made', { timeout: 60_000 }, async (t) => {
  const silent = net.createServer().listen(0, '127.0.0.1');
  t.after(() => silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as net.AddressInfo;
  const connection = new ExchangeConnection(KRAKEN, `ws://127.0.0.1:${port}`, ['BTC/USD'], LIVE_TIMES, {
    onReceived: () => {},
    onSubscribed: () => {},
    onRefused: () => {},
    onEnd: () => assert.fail('it was closed from this side'),
  });
  const [socket] = await once(silent, 'connection');
  connection.close();
  await once(socket.resume(), 'close');
});
