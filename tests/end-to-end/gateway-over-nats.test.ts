// Gateways that publish to NATS: one writer at a time, and a run that a second one continues.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectCluster } from '../../src/cluster/connection.ts';
import { headerAt } from '../../src/cluster/shard-publisher.ts';
import { tickStream } from '../../src/cluster/streams.ts';
import { MessageKind } from '../../src/cluster/tick-message.ts';
import { SHARD_COUNT } from '../../src/domain/shard-count.ts';
import { NatsServers, withoutNats } from '../../tools/testing/nats-server.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';
import { openStack } from './stack.ts';

/** Of data/dow30-1990-2001.csv. */
const TICKS = 75_870;
/** More than can be in flight, one per message. */
const WAITING = 8_000;

/** For each run in the streams, its ticks: those that are there, and those that a gap in the numbers counts. No tick is twice. */
async function ticksByRun(urls: readonly string[]): Promise<Map<number, number>> {
  const cluster = await connectCluster(
    { nats: urls },
    'command',
    recordedLog().log,
    new AbortController().signal,
  );
  const runs = new Map<number, number>();
  for (let shard = 0; shard < SHARD_COUNT; shard++) {
    const stream = tickStream(shard).name;
    const { last_seq: last } = (await cluster.streams.streams.info(stream)).state;
    const nexts = new Map<number, number>();
    for (let sequence = 1; sequence <= last; sequence++) {
      const header = await headerAt(cluster, stream, sequence);
      assert.ok(header);
      if (header.kind === MessageKind.CLAIM) continue;
      const expected = nexts.get(header.runId) ?? 1;
      assert.ok(
        header.first >= expected,
        `${stream}, message ${sequence}: tick ${header.first} is there twice`,
      );
      const next = header.first + header.count;
      nexts.set(header.runId, next);
      runs.set(header.runId, (runs.get(header.runId) ?? 0) + next - expected);
    }
  }
  await cluster.close();
  return runs;
}

test('a second Gateway stops the first and continues its run: no tick is twice in the streams, or lost without a count', {
  skip: withoutNats(),
  timeout: 180_000,
}, async (t) => {
  const servers = await NatsServers.start(1);
  t.after(() => servers.close());
  const stack = await openStack(t);
  const words = ['--nats', servers.urls.join(','), '--ports', '0', '--rate', '2000/s'];
  const first = stack.start('gateway', ...words);
  await stack.until('the first publishes', () => first.stdout.includes('the feed starts'));
  const second = stack.start('gateway', ...words, '--resume', '--rate', 'max');
  const { status } = await stack.untilExited(first);
  assert.equal(status, 2, 'it is not started again');
  assert.match(first.stdout, /another Gateway writes TL_MD_\d/);
  assert.equal((await stack.untilExited(second)).status, 0);
  const runs = await ticksByRun(servers.urls);
  assert.deepEqual([...runs.values()], [TICKS]);
});

test('ticks that wait for a slow server leave together, in few messages', {
  skip: withoutNats(),
  timeout: 180_000,
}, async (t) => {
  const servers = await NatsServers.start(1);
  t.after(() => servers.close());
  const [server] = servers.servers;
  const stack = await openStack(t);
  const nats = ['--nats', servers.urls.join(',')];
  stack.start('orderbook', ...nats);
  await stack.untilBook();
  stack.start('gateway', ...nats, '--ports', '0', '--rate', '5000/s', '--loop');
  await stack.until('ticks are published', () => stack.counter('gateway.ticksPublished') > 100);
  const messages = await messagesIn(servers.urls);
  server?.signal('SIGSTOP');
  const until = stack.counter('gateway.ticksSent') + WAITING;
  await stack.until('ticks wait', () => stack.counter('gateway.ticksSent') > until);
  server?.signal('SIGCONT');
  await stack.until('they are published', () => stack.counter('gateway.ticksPublished') > until);
  const more = (await messagesIn(servers.urls)) - messages;
  assert.ok(more < WAITING / 2, `${more} messages`);
});

async function messagesIn(nats: readonly string[]): Promise<number> {
  const cluster = await connectCluster({ nats }, 'command', recordedLog().log, new AbortController().signal);
  const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => tickStream(shard).name);
  const infos = await Promise.all(shards.map((stream) => cluster.streams.streams.info(stream)));
  await cluster.close();
  return infos.reduce((sum, { state }) => sum + state.messages, 0);
}
