import assert from 'node:assert/strict';
import net from 'node:net';
import { after, test } from 'node:test';
import { type Cluster, connectCluster } from '../../src/cluster/connection.ts';
import { ClusterAccessError, ClusterServerError, StreamSettingsError } from '../../src/cluster/errors.ts';
import { requireStream, tickStream } from '../../src/cluster/streams.ts';
import { NatsServers, withoutNats } from '../../tools/testing/nats-server.ts';
import { until } from '../../tools/testing/poll.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';

const skip = withoutNats();
const NEVER = new AbortController().signal;
const servers = skip === false ? await NatsServers.start(1) : undefined;
after(() => servers?.close());

async function connected(run: (cluster: Cluster, events: () => string[]) => Promise<void>): Promise<void> {
  const { log, lines } = recordedLog();
  const cluster = await connectCluster({ nats: servers?.urls ?? [] }, 'command', log, NEVER);
  try {
    await run(cluster, () => lines.map(({ fields }) => fields.event));
  } finally {
    await cluster.close();
  }
}

test('a missing stream is made, and found again', { skip }, () =>
  connected(async (cluster) => {
    const made = await requireStream(cluster, tickStream(0), NEVER);
    const found = await requireStream(cluster, tickStream(0), NEVER);
    assert.equal(made.created, found.created);
    assert.equal(found.config.num_replicas, 1, 'one server keeps one copy');
    assert.ok(found.config.deny_delete && found.config.deny_purge);
  }),
);

test('two processes that make a stream at the same time both get it', { skip }, () =>
  connected(async (cluster) => {
    const both = [requireStream(cluster, tickStream(1), NEVER), requireStream(cluster, tickStream(1), NEVER)];
    const [first, second] = await Promise.all(both);
    assert.equal(first.created, second.created);
  }),
);

test('a stream with another cut of the symbols is refused', { skip }, () =>
  connected(async (cluster) => {
    const other = { ...tickStream(2), metadata: { tickline_shards: '16', tickline_version: '1' } };
    await cluster.streams.streams.add(other);
    await assert.rejects(requireStream(cluster, tickStream(2), NEVER), StreamSettingsError);
  }),
);

test('an operator may give a stream more room', { skip }, () =>
  connected(async (cluster) => {
    await cluster.streams.streams.add({ ...tickStream(3), max_bytes: 123_456, num_replicas: 1 });
    const { config } = await requireStream(cluster, tickStream(3), NEVER);
    assert.equal(config.max_bytes, 123_456);
  }),
);

test('a lost connection comes back, and each change is logged once', { skip }, () =>
  connected(async (cluster, events) => {
    const server = servers?.servers[0];
    assert.ok(server);
    await server.stop();
    await until('the loss is noticed', () => !cluster.isUp);
    server.start();
    await until('it is connected again', () => cluster.isUp);
    await requireStream(cluster, tickStream(0), NEVER);
    assert.deepEqual(events(), ['nats-up', 'nats-down', 'nats-up']);
    assert.equal(cluster.reconnects, 1);
  }),
);

test('a process that starts before NATS waits for it, until it is stopped', { skip }, async () => {
  const { log, lines } = recordedLog();
  const stop = new AbortController();
  const waiting = connectCluster({ nats: ['nats://127.0.0.1:1'] }, 'command', log, stop.signal);
  await until('the wait is logged', () => lines.length > 0);
  stop.abort();
  await assert.rejects(waiting, /stopped while waiting for NATS/);
  assert.deepEqual(
    lines.map(({ fields }) => fields.event),
    ['awaits-nats'],
  );
});

test('a wrong key is refused, in one line', { skip }, async () => {
  const guarded = await NatsServers.start(1, { configuration: 'authorization { token: secret }\n' });
  try {
    const attempt = connectCluster({ nats: guarded.urls }, 'command', recordedLog().log, NEVER);
    await assert.rejects(
      attempt,
      (error) => error instanceof ClusterAccessError && !/\n/.test(error.message),
    );
  } finally {
    await guarded.close();
  }
});

test('an old server, and one without JetStream, are refused', async () => {
  for (const info of [{ version: '2.9.10', jetstream: true }, { version: '2.15.1' }]) {
    const server = net.createServer((socket) => {
      socket.write(`INFO ${JSON.stringify({ server_id: 'X', max_payload: 1_048_576, ...info })}\r\n`);
      socket.on('data', (data) => data.includes('PING') && socket.write('PONG\r\n'));
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const url = `nats://127.0.0.1:${address.port}`;
    const attempt = connectCluster({ nats: [url] }, 'command', recordedLog().log, NEVER);
    await assert.rejects(attempt, ClusterServerError);
    server.close();
  }
});
