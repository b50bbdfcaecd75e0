// A Gateway that is stopped while its streams are far behind.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NatsServers, withoutNats } from '../../tools/testing/nats-server.ts';
import { openStack } from '../end-to-end/stack.ts';

/** Rounds in which the server stores a little and is then held for a while: together longer than the Gateway's patience. */
const ROUNDS = 2;
const HELD_MS = 3_000;
/** More than the server takes in the rounds, and less than holds the feed back. */
const BEHIND_TICKS = 1_600_000;

async function behind(t: TestContext) {
  const servers = await NatsServers.start(1);
  t.after(() => servers.close());
  const [server] = servers.servers;
  const stack = await openStack(t);
  const nats = ['--nats', servers.urls.join(',')];
  stack.start('orderbook', ...nats); // its book has the counters
  await stack.untilBook();
  const gateway = stack.start(
    'gateway',
    ...nats,
    '--ports',
    '0',
    '--source',
    'random',
    '--rate',
    '1000000/s',
  );
  const published = () => stack.counter('gateway.ticksPublished');
  await stack.until('ticks are published', () => published() > 0);
  server.signal('SIGSTOP');
  const until = published() + BEHIND_TICKS;
  await stack.until('ticks wait', () => stack.counter('gateway.ticksSent') > until);
  return { stack, gateway, server, published };
}

test('a Gateway that is stopped while behind goes on as long as its streams store something', {
  skip: withoutNats(),
  timeout: 180_000,
}, async (t) => {
  const { stack, gateway, server, published } = await behind(t);
  gateway.signal('SIGINT');
  for (let round = 0; round < ROUNDS; round++) {
    const before = published();
    server.signal('SIGCONT');
    await stack.until('some are stored', () => published() > before);
    server.signal('SIGSTOP');
    await sleep(HELD_MS);
    assert.equal(gateway.exit, undefined, `it still publishes in round ${round}`);
  }
  server.signal('SIGCONT');
  assert.equal((await stack.untilExited(gateway)).status, 0, gateway.stdout);
  assert.match(gateway.stdout, /publishing the last \d+ ticks/);
  assert.equal(stack.counter('gateway.ticksUnpublished'), 0);
  assert.equal(published(), stack.counter('gateway.ticksSent'));
});

test('a second signal ends it immediately', { skip: withoutNats(), timeout: 180_000 }, async (t) => {
  const { stack, gateway } = await behind(t);
  gateway.signal('SIGINT');
  await stack.until('it says what waits', () => gateway.stdout.includes('publishing the last'));
  await stack.until('it exits', () => {
    if (gateway.exit !== undefined) return true;
    gateway.signal('SIGINT'); // one that comes with the first is the same request
    return false;
  });
  assert.equal(gateway.exit?.status, 1);
});
