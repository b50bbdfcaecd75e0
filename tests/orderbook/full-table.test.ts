import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter } from '@tickline/price-book';
import { FullTablePolicy, takeOver } from '../../src/orderbook/full-table.ts';
import { StalePrices } from '../../src/orderbook/stale-prices.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const IDLE_MS = 1_000;
/** A position in the stream of a shard. */
const HELD = { runId: 7, next: 12, created: 1, streamSequence: 11 };
const JUNK = ['J1', 'J2', 'J3'];

/** A full table in which some symbols got a tick when the others had been idle for too long. */
function fullTable(t: TestContext, liveCount: number) {
  let nowMs = 0;
  t.mock.method(performance, 'now', () => nowMs);
  const live = Array.from({ length: liveCount }, (_, n) => `LIVE${n}`);
  const book = new PriceBookWriter([...live, ...JUNK], uniqueBook(t), { ringCapacity: 64 });
  t.after(() => book.close());
  book.header.setFeedRun({ runId: 7, cursor: 0, next: 1 });
  book.shards.begin(3, HELD);
  const stale = new StalePrices(book.table, IDLE_MS);
  const tick = () => {
    for (const symbol of live) book.update(symbol, 5);
  };
  const letPass = (ms: number) => {
    nowMs += ms;
    tick();
    stale.poll();
  };
  for (const symbol of JUNK) book.update(symbol, 9);
  letPass(0);
  return { book, stale, letPass };
}

test('a new book has the prices of symbols that get ticks, and the place in the feed, of the last one', (t) => {
  const { book, stale, letPass } = fullTable(t, 2);
  const policy = new FullTablePolicy(IDLE_MS);
  letPass(IDLE_MS);
  assert.equal(policy.keep(book, stale), undefined, 'the junk may come back');
  letPass(1);
  const kept = policy.keep(book, stale) ?? assert.fail();
  assert.equal(kept.idle, JUNK.length);
  const next = new PriceBookWriter([], uniqueBook(t), { symbolCapacity: 5, ringCapacity: 64 });
  t.after(() => next.close());
  takeOver(next, kept);
  assert.deepEqual(next.symbols, ['LIVE0', 'LIVE1']);
  assert.deepEqual([next.read('LIVE0'), next.ring.published], [5, 0]);
  assert.deepEqual(next.feedPosition, book.feedPosition);
  assert.deepEqual([next.shards.read(3), next.shards.read(4)], [book.shards.read(3), undefined]);
});

test('a full table of symbols that get ticks is kept', (t) => {
  const { book, stale, letPass } = fullTable(t, 8 * JUNK.length);
  letPass(IDLE_MS + 1);
  assert.equal(new FullTablePolicy(IDLE_MS).keep(book, stale), undefined);
});

test('each table has twice the time of the last one, so rare symbols do not keep a stack from trading', (t) => {
  const { book, stale, letPass } = fullTable(t, 1);
  const policy = new FullTablePolicy(IDLE_MS);
  letPass(IDLE_MS + 1);
  assert.ok(policy.keep(book, stale));
  assert.equal(policy.keep(book, stale), undefined);
  letPass(IDLE_MS);
  assert.ok(policy.keep(book, stale));
});
