import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttachedPriceBook } from '../../../../packages/price-book/attached-price-book.ts';
import { PriceBookWriter } from '../../../../packages/price-book/price-book-writer.ts';
import { TickBatch } from '../../../../packages/price-book/tick-batch.ts';
import { uniqueBook } from '../unique-book.ts';
import { nextTicks } from './next-ticks.ts';
import { WatchedProcess } from './watched-process.ts';

const TICKS = 20_000;

test('two processes that wake each other never sleep through a tick', {
  timeout: 60_000,
}, async (t) => {
  const questionsName = uniqueBook(t);
  const answersName = uniqueBook(t);
  const questions = new PriceBookWriter(['A'], questionsName, { ringCapacity: 8 });
  t.after(() => questions.close());
  const other = new WatchedProcess(t, './answering-process.ts', [questionsName, answersName, TICKS]);
  assert.equal(await other.nextLine(), 'ready');
  const answers = new AttachedPriceBook(answersName, { readOnly: false });
  const reader = answers.ticks();
  const batch = new TickBatch(8);
  for (let price = 1; price <= TICKS; price++) {
    questions.update('A', price);
    await nextTicks(answers, reader, batch);
    assert.deepEqual([batch.count, batch.prices[0]], [1, price]);
  }
  assert.equal(reader.lapped, 0);
  await other.closeInput();
});
