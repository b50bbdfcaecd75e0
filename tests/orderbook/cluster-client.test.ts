import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nowNs } from '@tickline/posix';
import { PriceBookWriter } from '@tickline/price-book';
import type { StreamMessage } from '../../src/cluster/shard-reader.ts';
import { shardOf } from '../../src/cluster/shards.ts';
import { COUNTER_TABLE } from '../../src/monitoring/counter-table.ts';
import { processCounters } from '../../src/monitoring/stack-book.ts';
import { ClusterClient } from '../../src/orderbook/cluster-client.ts';
import { ShardMonitor } from '../../src/orderbook/shard-monitor.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const SHARD = shardOf('A');
const NS_PER_MS = 1e6;
const LONG_AGO_NS = 1;
/** The wall clock of the Gateway, an hour ahead, when the other clock was 0. */
const WALL_NS = Math.round((Date.now() + 3_600_000) * NS_PER_MS - nowNs());

/** A client over a book of its own, to which messages are handed directly. */
function opened(t: TestContext) {
  const book = new PriceBookWriter([], uniqueBook(t), { counters: COUNTER_TABLE });
  t.after(() => book.close());
  const monitor = new ShardMonitor(recordedLog().log, processCounters('orderbook'));
  const lost: number[] = [];
  const nothing = () => {};
  const prices = {
    onTicks: (run: Parameters<PriceBookWriter['apply']>[0]) => book.apply(run),
    onSnapshot: (run: Parameters<PriceBookWriter['apply']>[0]) => book.applySnapshot(run),
    onGap: (missed: number) => lost.push(missed),
    symbolIndex: (symbol: string) => book.add(symbol),
    onChunk: () => true,
    ...{ onResumed: nothing, onRepeated: nothing, onEnd: nothing, onRejected: nothing, onLeftOut: nothing },
    ...{ onConnected: nothing, onDown: nothing },
  };
  const clock = { ns: nowNs() };
  const parts = { book, prices, monitor, nowNs: () => clock.ns, onFailed: assert.ifError };
  // It is not started, so it asks nothing of NATS.
  const client = new ClusterClient({} as ConstructorParameters<typeof ClusterClient>[0], [SHARD], parts);
  const timeNs = () => book.entry('A').timeNs;
  const ageMs = () =>
    timeNs() === LONG_AGO_NS ? Number.POSITIVE_INFINITY : (clock.ns - timeNs()) / NS_PER_MS;
  const pass = (ms: number) => {
    clock.ns += ms * NS_PER_MS;
  };
  /** Hands over a message, and a second later the next, by which the least delay is known. */
  const settle = () => {
    client.onMessage(SHARD, tick(clock, 1, 0));
    pass(1_000);
    client.onMessage(SHARD, tick(clock, 2, 0));
  };
  return { book, client, clock, lost, ageMs, pass, settle };
}

/** A message of one tick that left `lateMs` before now. */
function tick(
  clock: { readonly ns: number },
  first: number,
  lateMs: number,
  more: Partial<StreamMessage> & { ageMs?: number; writer?: number } = {},
): StreamMessage {
  const wallNs = WALL_NS + clock.ns - lateMs * NS_PER_MS;
  const { ageMs = 0, writer = 1, ...rest } = more;
  const header = {
    kind: 0,
    writer,
    runId: 7,
    first,
    count: 1,
    wallNs,
    ageNs: ageMs * NS_PER_MS,
    position: first,
  } as const;
  const frames = Buffer.from(`#TIME,5*A,${first}*`);
  return { header, frames, sequence: first, created: 1, pending: 0, isNew: true, ...rest };
}

test('a constant error of a clock on another machine makes no tick older, and a delay does', (t) => {
  const { client, clock, ageMs, settle } = opened(t);
  settle();
  assert.ok(ageMs() < 1, `${ageMs()}`);
  client.onMessage(SHARD, tick(clock, 3, 8_000));
  assert.ok(Math.abs(ageMs() - 8_000) < 1, `${ageMs()}`);
});

test('a tick that has waited in the Gateway is as old as that', (t) => {
  const { client, clock, ageMs, settle } = opened(t);
  settle();
  client.onMessage(SHARD, tick(clock, 3, 0, { ageMs: 6_000 }));
  assert.ok(Math.abs(ageMs() - 6_000) < 1, `${ageMs()}`);
});

test('no tick is fresh before the reader has caught up, however evenly the old ones come', (t) => {
  const { client, clock, ageMs, pass } = opened(t);
  client.onMessage(SHARD, tick(clock, 1, 60_000, { isNew: false, pending: 2 }));
  pass(1_000);
  client.onMessage(SHARD, tick(clock, 2, 60_000, { pending: 1 }));
  assert.equal(ageMs(), Number.POSITIVE_INFINITY);
  client.onMessage(SHARD, tick(clock, 3, 0));
  assert.ok(ageMs() < 1);
  client.onReading(SHARD, 4);
  client.onMessage(SHARD, tick(clock, 4, 0, { isNew: false }));
  assert.equal(ageMs(), Number.POSITIVE_INFINITY, 'another consumer has to catch up again');
});

test('messages that a lost leader held up are not fresh for the next consumer', (t) => {
  const { client, clock, ageMs, pass, settle } = opened(t);
  settle();
  pass(6_000);
  client.onReading(SHARD, 3);
  client.onMessage(SHARD, tick(clock, 3, 5_800));
  assert.ok(Math.abs(ageMs() - 5_800) < 1, `${ageMs()}`);
});

test('a reader trusts no delay before it has heard a Gateway for a second', (t) => {
  const { client, clock, ageMs, pass } = opened(t);
  for (let first = 1; first <= 10; first++) {
    client.onMessage(SHARD, tick(clock, first, 5_000 - 400 * first));
    assert.equal(ageMs(), Number.POSITIVE_INFINITY, 'held up, though each came sooner than the one before');
    pass(99);
  }
  pass(10);
  client.onMessage(SHARD, tick(clock, 11, 0));
  assert.ok(ageMs() < 1);
  client.onMessage(SHARD, tick(clock, 12, 0, { writer: 2 }));
  assert.equal(ageMs(), Number.POSITIVE_INFINITY, 'another Gateway process has another clock');
});

test('the prices of a snapshot are never fresh, and what it skips is counted', (t) => {
  const { client, book, clock, lost } = opened(t);
  client.onMessage(SHARD, tick(clock, 1, 0));
  const { header } = tick(clock, 11, 0);
  const frames = Buffer.from('A,5*');
  const snapshot = { header: { ...header, kind: 3 as const }, frames, sequence: 10, created: 1, pending: 0 };
  client.onSnapshot(SHARD, { ...snapshot, isNew: false });
  assert.deepEqual(lost, [9]);
  assert.equal(book.entry('A').price, 5);
  assert.equal(book.entry('A').timeNs, LONG_AGO_NS);
  client.onMessage(SHARD, tick(clock, 11, 0));
  assert.deepEqual(book.shards.read(SHARD), { runId: 7, next: 12, created: 1, streamSequence: 11 });
});

test('missing numbers are counted, and ticks that come again are dropped', (t) => {
  const { client, book, clock, lost } = opened(t);
  client.onMessage(SHARD, tick(clock, 1, 0));
  client.onMessage(SHARD, tick(clock, 5, 0));
  client.onMessage(SHARD, tick(clock, 5, 0, { sequence: 6 }));
  assert.deepEqual(lost, [3]);
  assert.equal(book.ring.published, 2);
});

test('the next OrderBook continues behind a gap that was counted, also before a tick follows', (t) => {
  const { book, client, clock, lost, settle } = opened(t);
  settle();
  t.mock.method(book, 'apply', () => assert.fail('killed'));
  assert.throws(() => client.onMessage(SHARD, tick(clock, 6, 0)), /killed/);
  assert.deepEqual([lost, book.shards.read(SHARD)?.next], [[3], 6]);
});
