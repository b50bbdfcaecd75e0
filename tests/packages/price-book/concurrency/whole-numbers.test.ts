import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEADER } from '../../../../packages/price-book/layout.ts';
import { PriceBookWriter } from '../../../../packages/price-book/price-book-writer.ts';
import { uniqueBook } from '../unique-book.ts';
import { EQUAL_HALVES } from './equal-halves.ts';
import { WatchedProcess } from './watched-process.ts';

const TIMES = 2 ** 20;
const LOADS_AT_ONCE = 100_000;

test('a number of 64 bits is loaded as it was stored, while another process stores the next', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  const book = new PriceBookWriter([], name, { ringCapacity: 8 });
  t.after(() => book.close());
  const { memory } = book;
  const other = new WatchedProcess(t, './storing-process.ts', [name, TIMES]);
  assert.equal(await other.nextLine(), 'storing');
  let isStoring = true;
  const stored = other.nextLine().finally(() => {
    isStoring = false;
  });
  let distinct = 0;
  for (let last = 0; isStoring; await new Promise(setImmediate)) {
    for (let i = 0; i < LOADS_AT_ONCE; i++) {
      const number = memory.loadU64(HEADER.at.intent);
      if (number % EQUAL_HALVES !== 0) assert.fail(`0x${number.toString(16)} is of two moments`);
      if (number !== last) distinct++;
      last = number;
    }
  }
  assert.equal(await stored, 'stored');
  assert.equal(memory.loadU64(HEADER.at.intent), TIMES * EQUAL_HALVES);
  assert.ok(distinct > 1, 'loads and stores overlapped');
});
