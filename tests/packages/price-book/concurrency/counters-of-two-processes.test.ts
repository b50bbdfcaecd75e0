import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counters, counterReader } from '../../../../packages/price-book/counters.ts';
import { PriceBookWriter } from '../../../../packages/price-book/price-book-writer.ts';
import { TEST_COUNTERS } from '../test-counters.ts';
import { uniqueBook } from '../unique-book.ts';
import { WatchedProcess } from './watched-process.ts';

const TIMES = 5_000_000;

test('two processes count at the same time and no count is lost', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  const book = new PriceBookWriter([], name, { ringCapacity: 8 });
  t.after(() => book.close());
  const other = new WatchedProcess(t, './counting-process.ts', [name, TIMES]);
  assert.equal(await other.nextLine(), 'counting');
  const counters = new Counters(TEST_COUNTERS, 'reader');
  counters.attach(book);
  for (let i = 0; i < TIMES; i++) counters.add('reader.seen');
  assert.equal(await other.nextLine(), 'counted');
  const counter = counterReader(book.memory, TEST_COUNTERS);
  assert.equal(counter('reader.seen'), TIMES);
  assert.equal(counter('writer.written'), TIMES);
});
