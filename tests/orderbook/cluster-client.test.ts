import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nowNs } from '@tickline/posix';
import { PriceBookWriter } from '@tickline/price-book';
import type { StreamMessage } from '../../src/cluster/shard-reader.ts';
import { shardOf } from '../../src/cluster/shards.ts';
import { COUNTER_TABLE } from '../../src/monitoring/counter-table.ts';
import { processCounters } from '../../src/monitoring/stack-book.ts';
import { ClusterClient } from '../../src/orderbook/cluster-client.ts';
import { ClusterMonitor } from '../../src/orderbook/cluster-monitor.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const SHARD = shardOf('A');
const NS_PER_MS = 1e6;
/** The clock of the Gateway is this far ahead. */
const WRONG_MS = 3_600_000;

/** A client over a book of its own, to which messages are handed directly. */
function opened(t: TestContext) {
  const book = new PriceBookWriter([], uniqueBook(t), { counters: COUNTER_TABLE });
  t.after(() => book.close());
  const monitor = new ClusterMonitor(recordedLog().log, processCounters('orderbook'));
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
  const parts = { book, prices, monitor, onFailed: assert.ifError };
  // It is not started, so it asks nothing of NATS.
  const client = new ClusterClient({} as ConstructorParameters<typeof ClusterClient>[0], [SHARD], parts);
  const ageMs = () => (nowNs() - book.entry('A').timeNs) / NS_PER_MS;
  return { book, client, lost, ageMs };
}

/** A message of one tick that left `lateMs` before now. */
function tick(
  first: number,
  lateMs: number,
  more: Partial<StreamMessage> & { ageMs?: number } = {},
): StreamMessage {
  const wallNs = (Date.now() + WRONG_MS - lateMs) * NS_PER_MS;
  const { ageMs = 0, ...rest } = more;
  const header = {
    kind: 0,
    writer: 1,
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
  const { client, ageMs } = opened(t);
  client.onMessage(SHARD, tick(1, 0));
  assert.ok(ageMs() < 2_000, `${ageMs()}`);
  client.onMessage(SHARD, tick(2, 8_000));
  assert.ok(ageMs() > 7_000 && ageMs() < 12_000, `${ageMs()}`);
});

test('a tick that has waited in the Gateway is as old as that', (t) => {
  const { client, ageMs } = opened(t);
  client.onMessage(SHARD, tick(1, 0));
  client.onMessage(SHARD, tick(2, 0, { ageMs: 6_000 }));
  assert.ok(ageMs() > 5_500 && ageMs() < 10_000, `${ageMs()}`);
});

test('no tick is fresh before the reader has caught up, however evenly the old ones come', (t) => {
  const { client, book } = opened(t);
  client.onMessage(SHARD, tick(1, 60_000, { isNew: false, pending: 2 }));
  client.onMessage(SHARD, tick(2, 60_000, { pending: 1 }));
  assert.equal(book.entry('A').timeNs, 1, 'long ago');
  client.onMessage(SHARD, tick(3, 0));
  assert.ok(book.entry('A').timeNs > 1);
  client.onReading(SHARD, 4);
  client.onMessage(SHARD, tick(4, 0, { isNew: false }));
  assert.equal(book.entry('A').timeNs, 1, 'another consumer has to catch up again');
});

test('the prices of a snapshot are never fresh, and what it skips is counted', (t) => {
  const { client, book, lost } = opened(t);
  client.onMessage(SHARD, tick(1, 0));
  const { header } = tick(11, 0);
  const frames = Buffer.from('A,5*');
  const snapshot = { header: { ...header, kind: 3 as const }, frames, sequence: 10, created: 1, pending: 0 };
  client.onSnapshot(SHARD, { ...snapshot, isNew: false });
  assert.deepEqual(lost, [9]);
  assert.equal(book.entry('A').price, 5);
  assert.equal(book.entry('A').timeNs, 1);
  client.onMessage(SHARD, tick(11, 0));
  assert.deepEqual(book.shards.read(SHARD), { runId: 7, next: 12, created: 1, streamSequence: 11 });
});

test('missing numbers are counted, and ticks that come again are dropped', (t) => {
  const { client, book, lost } = opened(t);
  client.onMessage(SHARD, tick(1, 0));
  client.onMessage(SHARD, tick(5, 0));
  client.onMessage(SHARD, tick(5, 0, { sequence: 6 }));
  assert.deepEqual(lost, [3]);
  assert.equal(book.ring.published, 2);
});
