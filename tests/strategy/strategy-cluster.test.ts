import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterStoppedError } from '../../src/cluster/errors.ts';
import { StrategyCluster } from '../../src/strategy/strategy-cluster.ts';
import { NatsServers, withoutNats } from '../../tools/testing/nats-server.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';

const { log } = recordedLog();
const NEVER = new AbortController().signal;

test('orders and news of a strategy share one connection', { skip: withoutNats() }, async (t) => {
  const servers = await NatsServers.start(1);
  t.after(() => servers.close());
  const cluster = new StrategyCluster({ nats: servers.urls, strategyName: 's' }, log);
  const [first, second] = await Promise.all([cluster.connected(NEVER), cluster.connected(NEVER)]);
  assert.equal(first, second);
  await cluster.close();
  assert.ok(first.connection.isClosed());
});

test('news that stop while NATS is down do not wait for it, and orders do', async () => {
  const cluster = new StrategyCluster({ nats: ['nats://127.0.0.1:1'], strategyName: 's' }, log);
  const stop = new AbortController();
  const news = cluster.connected(stop.signal);
  const orders = cluster.connected(NEVER);
  stop.abort();
  await assert.rejects(news, ClusterStoppedError);
  const closed = cluster.close();
  await assert.rejects(orders, ClusterStoppedError);
  await closed;
});
