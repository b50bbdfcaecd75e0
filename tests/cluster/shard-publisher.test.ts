import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { nowNs } from '@tickline/posix';
import { type Cluster, connectCluster } from '../../src/cluster/connection.ts';
import { FencedError, StreamLostError } from '../../src/cluster/errors.ts';
import { headerAt, IN_FLIGHT_MAX, ShardPublisher } from '../../src/cluster/shard-publisher.ts';
import { requireStream, tickStream, tickSubject } from '../../src/cluster/streams.ts';
import { HEADER_BYTES, readHeader, writeHeader } from '../../src/cluster/tick-message.ts';
import { NatsServers, withoutNats } from '../../tools/testing/nats-server.ts';
import { until } from '../../tools/testing/poll.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';

const skip = withoutNats();
const NEVER = new AbortController().signal;
const servers = skip === false ? await NatsServers.start(1) : undefined;
after(() => servers?.close());

function message(writer: number, first: number) {
  const bytes = new Uint8Array(HEADER_BYTES + 1_000);
  writeHeader(bytes, { kind: 0, writer, runId: 7, first, count: 1, wallNs: 0, ageNs: 0, position: first });
  return { bytes, count: 1, sinceNs: nowNs() };
}

/** A publisher of a fresh stream, and what it reported. */
async function opened(cluster: Cluster, shard: number) {
  const { name: stream } = await requireStream(cluster, tickStream(shard), NEVER).then(
    ({ config }) => config,
  );
  const failures: Error[] = [];
  let retries = 0;
  const publisher = new ShardPublisher(
    cluster,
    { stream, subject: tickSubject(shard), last: 0 },
    {
      onStored: () => {},
      onRoom: () => {},
      onRetry: () => retries++,
      onStalled: () => {},
      onFailed: (error) => failures.push(error),
    },
    nowNs,
  );
  return { stream, publisher, failures, retries: () => retries };
}

async function connected(run: (cluster: Cluster) => Promise<void>): Promise<void> {
  const cluster = await connectCluster({ nats: servers?.urls ?? [] }, 'gateway', recordedLog().log, NEVER);
  try {
    await run(cluster);
  } finally {
    await cluster.close();
  }
}

test(
  'every message is stored once and in order, also when the server is killed while many are in flight',
  {
    skip,
  },
  () =>
    connected(async (cluster) => {
      const { stream, publisher, failures, retries } = await opened(cluster, 0);
      const server = servers?.servers[0];
      assert.ok(server);
      const count = 500;
      for (let first = 1; first <= count; first++) publisher.publish(message(9, first));
      await until('some are stored', () => publisher.stored > 20);
      assert.ok(publisher.stored < count, 'others are in flight');
      await server.stop();
      await until('the kill was noticed', () => retries() > 0);
      server.start();
      await until('all are stored', () => publisher.waiting === 0);
      assert.deepEqual(failures, []);
      assert.equal((await cluster.streams.streams.info(stream)).state.last_seq, count);
      for (let sequence = 1; sequence <= count; sequence++)
        assert.equal((await headerAt(cluster, stream, sequence))?.first, sequence);
    }),
);

test('a publisher stops for good once another writer has published', { skip }, () =>
  connected(async (cluster) => {
    const { stream, publisher, failures } = await opened(cluster, 1);
    publisher.publish(message(9, 1));
    await publisher.whenIdle();
    for (let first = 2; first <= 40; first++) publisher.publish(message(9, first));
    for (let i = 0; i <= IN_FLIGHT_MAX; i++)
      await cluster.messages.publish(tickSubject(1), message(10, 1).bytes);
    await until('it stops', () => failures.length > 0);
    assert.ok(failures[0] instanceof FencedError);
    const { last_seq: last } = (await cluster.streams.streams.info(stream)).state;
    assert.equal(
      (await headerAt(cluster, stream, last))?.writer,
      10,
      'nothing was accepted behind the claims',
    );
    publisher.publish(message(9, 41));
    await publisher.whenIdle();
    assert.equal((await cluster.streams.streams.info(stream)).state.last_seq, last);
  }),
);

/** A publisher whose first attempt is stored without an acknowledgement, and what it failed with. */
function publishedUnanswered(getMessage: () => Promise<{ data: Uint8Array } | null>) {
  let attempts = 0;
  const publish = async () => {
    attempts++;
    throw new Error('wrong last sequence: 1');
  };
  const info = async () => ({ state: { last_seq: attempts > 0 ? 1 : 0 } });
  const failed = Promise.withResolvers<Error>();
  const nothing = () => {};
  const publisher = new ShardPublisher(
    { messages: { publish }, streams: { streams: { info, getMessage } } } as unknown as Cluster,
    { stream: 'TL_MD_2', subject: tickSubject(2), last: 0 },
    { onStored: nothing, onRoom: nothing, onRetry: nothing, onStalled: nothing, onFailed: failed.resolve },
    nowNs,
  );
  publisher.publish(message(9, 1));
  return { publisher, failed: failed.promise };
}

test('a message that an old leader does not have is asked for again', async () => {
  let asked = 0;
  const { publisher, failed } = publishedUnanswered(async () =>
    ++asked === 1 ? null : { data: message(9, 1).bytes },
  );
  const failure = await Promise.race([publisher.whenIdle(), failed]);
  assert.equal(failure, undefined);
  assert.deepEqual([publisher.stored, asked], [1, 2]);
});

test('a message that no leader has is lost, and nobody else wrote', async (t) => {
  let nowMs = 0;
  t.mock.method(performance, 'now', () => nowMs);
  const { failed } = publishedUnanswered(async () => {
    nowMs += 8_000;
    return null;
  });
  const failure = await failed;
  assert.ok(failure instanceof StreamLostError, failure.message);
  assert.match(failure.message, /TL_MD_2 lost .*ends at 1, and has no message 1/);
});

test('a message of anything else is another Gateway at once', async () => {
  for (const data of [message(10, 1).bytes, Buffer.from('hello')]) {
    const { failed } = publishedUnanswered(async () => ({ data }));
    assert.ok((await failed) instanceof FencedError);
  }
});

test('a message that leaves again says how old it is by then', async () => {
  const clock = { ns: 1 };
  const ages: (number | undefined)[] = [];
  const publish = async (_: string, bytes: Uint8Array) => {
    ages.push(readHeader(bytes)?.ageNs);
    clock.ns += 6e9;
    if (ages.length === 1) throw new Error('no leader');
  };
  const streams = { streams: { info: async () => ({ state: { last_seq: 0 } }) } };
  const nothing = () => {};
  const publisher = new ShardPublisher(
    { messages: { publish }, streams } as unknown as Cluster,
    { stream: 'TL_MD_2', subject: tickSubject(2), last: 0 },
    { onStored: nothing, onRoom: nothing, onRetry: nothing, onStalled: nothing, onFailed: assert.ifError },
    () => clock.ns,
  );
  publisher.publish({ ...message(9, 1), sinceNs: 1 });
  await publisher.whenIdle();
  assert.deepEqual(ages, [0, 6e9]);
});
