import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PriceBookWriter, TickRun } from '../../../packages/price-book/index.ts';
import { uniqueBook } from './unique-book.ts';

const START = { runId: 7, next: 1, created: 1_795_416_984_733, streamSequence: 0 };

function ticks(book: PriceBookWriter, first: number, count: number): void {
  const run = new TickRun(count);
  run.symbols.fill(book.add('A'));
  run.prices.fill(1);
  run.count = count;
  run.firstSequence = first;
  run.timeNs = 5;
  book.apply(run);
}

test('a writer that is killed in a message leaves the position behind its last tick', (t) => {
  const book = new PriceBookWriter([], uniqueBook(t));
  t.after(() => book.close());
  assert.equal(book.shards.read(3), undefined);
  book.shards.begin(3, START);
  book.shards.open(3);
  ticks(book, 1, 4);
  assert.deepEqual(
    book.shards.read(3),
    { ...START, next: 5 },
    'the message is not complete, so it is read again',
  );
  book.shards.save(3, { next: 9, streamSequence: 1 });
  assert.deepEqual(book.shards.read(3), { ...START, next: 9, streamSequence: 1 });
});

test('the ticks of one shard say nothing about another, nor those of one run about the next', (t) => {
  const book = new PriceBookWriter([], uniqueBook(t));
  t.after(() => book.close());
  book.shards.begin(0, START);
  book.shards.begin(1, START);
  book.shards.open(0);
  ticks(book, 1, 4);
  assert.equal(book.shards.read(1)?.next, 1);
  book.shards.save(0, { next: 5, streamSequence: 1 });
  book.shards.open(1);
  assert.equal(book.shards.read(1)?.next, 1);
  book.shards.begin(0, { ...START, runId: 8 });
  assert.deepEqual(book.shards.read(0), { ...START, runId: 8 });
});
