import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shardOf, shardOfFrame } from '../../src/cluster/shards.ts';
import { SHARD_COUNT } from '../../src/domain/shard-count.ts';

test('the shard of a symbol never changes, because streams hold ticks by it', () => {
  const shards = ['A', 'AAPL', 'MSFT', 'IBM', 'BTC-USD', 'BRK.B', 'ABCDEFGHIJKLMNOP'].map(shardOf);
  assert.deepEqual(shards, [7, 6, 6, 4, 4, 3, 6]);
});

test('the shard of a frame is that of its symbol', () => {
  const symbols = ['A', 'AAPL', 'BTC-USD', 'ABCDEFGHIJKLMNOP'];
  const frames = Buffer.from(symbols.map((symbol) => `${symbol},12.5*`).join(''));
  let at = 0;
  for (const symbol of symbols) {
    assert.equal(shardOfFrame(frames, at), shardOf(symbol));
    at += symbol.length + ',12.5*'.length;
  }
});

test('the hash ends with the bytes, also where a frame is cut', () => {
  assert.equal(shardOfFrame(Buffer.from('AAPL'), 0), shardOf('AAPL'));
});

test('similar symbols spread over all shards', () => {
  const counts = new Array<number>(SHARD_COUNT).fill(0);
  for (let i = 0; i < 8_000; i++) counts[shardOf(`S${i}`)]++;
  assert.ok(Math.min(...counts) > 800 && Math.max(...counts) < 1_200, `${counts}`);
});
