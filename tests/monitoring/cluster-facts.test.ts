import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterFacts } from '../../src/monitoring/cluster-facts.ts';
import type { CounterName, CountingProcess } from '../../src/monitoring/counter-table.ts';

type Counts = Partial<Record<CounterName, number>>;

function facts(process: CountingProcess, counts: Counts, server?: string) {
  return clusterFacts(process, (name) => counts[name] ?? 0, server);
}

const texts = (...words: Parameters<typeof facts>) => facts(...words).map(({ text }) => text);
const bad = (...words: Parameters<typeof facts>) =>
  facts(...words)
    .filter(({ isBad }) => isBad)
    .map(({ text }) => text);

test('a process without --nats has nothing to say of a cluster', () => {
  assert.deepEqual(facts('gateway', { 'gateway.publishRetries': 3 }), []);
});

test('each process says where it is connected, how far it is behind, and what became of it', () => {
  assert.deepEqual(
    texts(
      'gateway',
      { 'gateway.nats': 1, 'gateway.publishWaiting': 1_200, 'gateway.publishDelayMs': 30 },
      's:1',
    ),
    ['s:1', '1,200 messages waiting, 30 ms', '0 retries', '0 leader changes'],
  );
  assert.deepEqual(texts('orderbook', { 'orderbook.nats': 1, 'orderbook.streamLag': 1 }), [
    'connected',
    '0 of 0 shards read',
    '1 message behind, 0 ms',
    '0 consumers renewed',
  ]);
  const standby = { 'order-manager.nats': 1, 'order-manager.takeovers': 2, 'order-manager.fenced': 1 };
  assert.deepEqual(texts('order-manager', standby), [
    ...['connected', 'standby', '0 messages behind, 0 ms', '2 takeovers', 'fenced 1 time'],
    ...['0 orders answered again', '0 leader changes'],
  ]);
  assert.ok(texts('order-manager', { ...standby, 'order-manager.active': 1 }).includes('active'));
});

test('a lost connection, a shard that is not read and ticks that were not published need attention', () => {
  assert.deepEqual(bad('strategy', { 'strategy.nats': -1 }), ['not connected to NATS']);
  const shards = { 'orderbook.shardsWanted': 8, 'orderbook.shardsRead': 7 };
  assert.deepEqual(bad('orderbook', { 'orderbook.nats': 1, ...shards }), ['7 of 8 shards read']);
  assert.deepEqual(bad('orderbook', { 'orderbook.nats': 1, ...shards, 'orderbook.shardsRead': 8 }), []);
  assert.deepEqual(bad('gateway', { 'gateway.nats': 1, 'gateway.ticksUnpublished': 5 }), [
    '5 ticks not published',
  ]);
  assert.deepEqual(bad('gateway', { 'gateway.nats': 1, 'gateway.ticksUnpublished': 1 }), [
    '1 tick not published',
  ]);
});
