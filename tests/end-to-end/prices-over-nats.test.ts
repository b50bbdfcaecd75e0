// Prices from a Gateway to OrderBooks through a real NATS server.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NatsServers, withoutNats } from '../../tools/testing/nats-server.ts';
import { openStack } from './stack.ts';

/** Of data/dow30-1990-2001.csv. */
const TICKS = 75_870;

test('every tick arrives through NATS, also when OrderBook and server are killed, or is counted as lost', {
  skip: withoutNats(),
  timeout: 180_000,
}, async (t) => {
  const servers = await NatsServers.start(1);
  t.after(() => servers.close());
  const stack = await openStack(t);
  const nats = ['--nats', servers.urls.join(',')];
  const account = () => stack.counter('orderbook.ticksApplied') + stack.counter('orderbook.ticksMissed');

  const first = stack.start('orderbook', ...nats);
  await stack.untilBook();
  const gateway = stack.start('gateway', ...nats, '--ports', '0', '--rate', '20000/s');
  await stack.until('ticks are applied', () => stack.counter('orderbook.ticksApplied') > 5_000);
  first.signal('SIGKILL');
  await stack.untilExited(first);
  const second = stack.start('orderbook', ...nats);
  await stack.until('the second continues', () => account() > 15_000);
  const [server] = servers.servers;
  await server?.stop();
  server?.start();
  assert.equal((await stack.untilExited(gateway)).status, 0, gateway.stdout + gateway.stderr);
  await stack.until('all ticks are accounted for', () => account() >= TICKS);
  assert.equal(account(), TICKS, second.stdout);
  assert.equal(stack.counter('orderbook.ticksMissed'), 0);
  assert.equal(stack.counter('orderbook.gaps'), 0);
});
