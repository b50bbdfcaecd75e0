import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nowNs } from '@tickline/posix';
import { type Cluster, connectCluster } from '../../src/cluster/connection.ts';
import { newsMessage, readNews } from '../../src/cluster/news-message.ts';
import { ShardPublisher } from '../../src/cluster/shard-publisher.ts';
import { NEWS_STREAM, NEWS_SUBJECT, requireStream } from '../../src/cluster/streams.ts';
import { ClusterNews } from '../../src/gateway/cluster-news.ts';
import { StrategyCluster } from '../../src/strategy/strategy-cluster.ts';
import { StreamNews } from '../../src/strategy/stream-news.ts';
import { NatsServers, withoutNats } from '../../tools/testing/nats-server.ts';
import { until } from '../../tools/testing/poll.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';

const { log } = recordedLog();

/** The news of a Gateway, from behind the message `last` on. */
function newsOf(cluster: Cluster, last: number): ClusterNews {
  const ignored = { onStored: () => {}, onRoom: () => {}, onRetry: () => {}, onStalled: () => {} };
  const handler = { ...ignored, onFailed: (error: Error) => assert.fail(error) };
  const place = { stream: NEWS_STREAM.name, subject: NEWS_SUBJECT, last };
  return new ClusterNews(new ShardPublisher(cluster, place, handler, nowNs), 9);
}

function reader(t: TestContext, nats: readonly string[]) {
  const events: string[] = [];
  const cluster = new StrategyCluster({ nats, strategyName: 's' }, log);
  t.after(() => cluster.close());
  const news = new StreamNews(
    { cluster, log },
    {
      onConnected: () => events.push('connected'),
      onBegin: (runId, next) => events.push(`run ${runId} from ${next}`),
      onSentiment: (sentiment, tick) => events.push(`${sentiment} from ${tick}`),
      onMark: () => {},
      onDown: (_, wasUp) => events.push(`down ${wasUp}`),
      onBadFrame: (text) => events.push(text),
    },
  );
  t.after(() => news.stop());
  news.start();
  return events;
}

test('a strategy knows the sentiment of a live Gateway, and forgets it when the Gateway falls silent', {
  skip: withoutNats(),
  timeout: 60_000,
}, async (t) => {
  const servers = await NatsServers.start(1);
  t.after(() => servers.close());
  const cluster = await connectCluster({ nats: servers.urls }, 'gateway', log, new AbortController().signal);
  t.after(() => cluster.close());
  await requireStream(cluster, NEWS_STREAM, new AbortController().signal);
  const old = newsMessage({ writer: 1, runId: 3, sentiment: 99, isRepeated: false, tick: 5 });
  await cluster.messages.publish(NEWS_SUBJECT, old);
  const events = reader(t, servers.urls);
  await until('it looked for a Gateway', () => events.length > 0);
  assert.deepEqual(events, ['down false'], 'the sentiment of a Gateway that has gone is not traded on');

  const gateway = newsOf(cluster, 1);
  let tick = 7;
  gateway.start(4, () => tick);
  gateway.send(20);
  await until('it has the sentiment', () => events.includes('20 from 7'));
  tick = 8;
  gateway.send(80);
  await until('it has the next', () => events.includes('80 from 8'));
  assert.deepEqual(events.slice(1), ['connected', 'run 4 from 7', '20 from 7', '80 from 8']);

  const late = reader(t, servers.urls);
  await until('a heartbeat repeats it', () => late.includes('80 from 8'));
  gateway.stop();
  await until('the silence is noticed', () => events.includes('down true'));
});

test('a message that is no news is told apart', () => {
  const message = { writer: 1, runId: 3, sentiment: 100, isRepeated: true, tick: 2 ** 40 };
  assert.deepEqual(readNews(newsMessage(message)), message);
  assert.deepEqual(readNews(newsMessage({ ...message, sentiment: undefined })), {
    ...message,
    sentiment: undefined,
  });
  assert.equal(readNews(newsMessage({ ...message, sentiment: 101 })), undefined);
  assert.equal(readNews(new Uint8Array(10)), undefined);
});
