import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shardOf } from '../../src/cluster/shards.ts';
import { HEADER_BYTES, MESSAGE_BYTES_MAX, MessageKind, readHeader } from '../../src/cluster/tick-message.ts';
import { SHARD_COUNT } from '../../src/domain/shard-count.ts';
import { type ShardMessage, ShardSplitter, type ShardStart } from '../../src/gateway/shard-splitter.ts';

const FRESH: readonly ShardStart[] = new Array(SHARD_COUNT).fill({ next: 1, position: 0 });

function split(batches: readonly string[], starts = FRESH, position = 0) {
  const messages: ShardMessage[] = [];
  const run = { runId: 7, writer: 9, position };
  const splitter = new ShardSplitter(run, starts, (message) => messages.push(message));
  for (const text of batches) splitter.add({ bytes: Buffer.from(text), length: text.length }, 5);
  splitter.flush();
  return { messages, splitter };
}

/** What a message has: its shard, number of the first tick, count, position, and frames. */
function shown({ shard, bytes, count }: ShardMessage) {
  const header = readHeader(bytes);
  assert.equal(header?.count, count);
  const frames = Buffer.from(bytes.subarray(HEADER_BYTES)).toString();
  return { shard, first: header?.first, count, position: header?.position, frames };
}

const A = shardOf('A');
const B = shardOf('B');
assert.notEqual(A, B);
const inOrder = [A, B].sort();

test('each shard gets its ticks in order, numbered without a gap', () => {
  const { messages } = split(['A,1*B,2*A,3*']);
  const expected = {
    [A]: { shard: A, first: 1, count: 2, position: 3, frames: 'A,1*A,3*' },
    [B]: { shard: B, first: 1, count: 1, position: 3, frames: 'B,2*' },
  };
  assert.deepEqual(
    messages.map(shown),
    inOrder.map((shard) => expected[shard]),
  );
});

test('the market time before a tick goes with it, once per message', () => {
  const { messages } = split(['#TIME,5*A,1*B,2*#TIME,6*A,3*', 'A,4*']);
  const texts = messages.map(shown).map(({ frames }) => frames);
  assert.deepEqual(
    texts,
    inOrder.map((shard) => (shard === A ? '#TIME,5*A,1*#TIME,6*A,3*A,4*' : '#TIME,5*B,2*')),
  );
});

test('every message starts with the market time of its first tick', () => {
  const { messages, splitter } = split(['#TIME,5*A,1*']);
  splitter.add({ bytes: Buffer.from('A,2*'), length: 4 }, 6);
  splitter.flush();
  assert.deepEqual(messages.map(shown).at(-1)?.frames, '#TIME,5*A,2*');
});

test('a heartbeat follows the ticks that it counts', () => {
  const { messages, splitter } = split([]);
  splitter.add({ bytes: Buffer.from('A,1*'), length: 4 }, 5);
  const heartbeat = splitter.mark(A, MessageKind.TICKS, 6);
  assert.deepEqual(messages.map(shown), [{ shard: A, first: 1, count: 1, position: 1, frames: 'A,1*' }]);
  assert.equal(shown(heartbeat).first, 2);
});

test('a message is complete before it grows beyond the limit', () => {
  const { messages } = split(['A,12345.12345678*'.repeat(10_000)]);
  assert.ok(messages.length > 1);
  assert.ok(messages.every(({ bytes }) => bytes.length <= MESSAGE_BYTES_MAX));
  assert.equal(
    messages.reduce((sum, { count }) => sum + count, 0),
    10_000,
  );
  const [first, second] = messages.map(shown);
  assert.equal(second.first, 1 + first.count);
});

test('a continued run writes no tick again that its stream has', () => {
  const starts = FRESH.map((start, shard) =>
    shard === A ? { next: 3, position: 3 } : shard === B ? { next: 1, position: 1 } : start,
  );
  // Ticks 2 and 3 of the run come again: the stream of A has tick 3, that of B has no tick yet.
  const { messages } = split(['B,2*A,3*A,4*'], starts, 1);
  const expected = {
    [A]: { shard: A, first: 3, count: 1, position: 4, frames: 'A,4*' },
    [B]: { shard: B, first: 1, count: 1, position: 4, frames: 'B,2*' },
  };
  assert.deepEqual(
    messages.map(shown),
    inOrder.map((shard) => expected[shard]),
  );
});
