// Which files in shared memory a run removes.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import { bookFiles, bookPath, SharedPriceBook } from '@tickline/price-book';
import { removeLeftBook } from '../../src/orchestrator/left-book.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

/** A book as a killed writer leaves it. */
function leftBook(t: TestContext): { stack: string; bytes: Buffer } {
  const stack = uniqueBook(t);
  const book = new SharedPriceBook(['AAPL'], stack, { symbolCapacity: 4, ringCapacity: 8 });
  const bytes = fs.readFileSync(bookPath(stack));
  book.close();
  fs.writeFileSync(bookPath(stack), bytes, { mode: 0o600 });
  return { stack, bytes };
}

test('the book of a killed writer is removed, with drafts of it', (t) => {
  const { stack } = leftBook(t);
  fs.writeFileSync(`${bookPath(stack)}.0a1b2c3d.new`, '');
  removeLeftBook(stack);
  assert.deepEqual(bookFiles(stack), []);
});

test('the book of a live writer stays', (t) => {
  const stack = uniqueBook(t);
  const book = new SharedPriceBook(['AAPL'], stack, { symbolCapacity: 4, ringCapacity: 8 });
  removeLeftBook(stack);
  assert.ok(fs.existsSync(bookPath(stack)));
  book.close();
});

test('a file in the place of the book that an OrderBook refuses stays', (t) => {
  const { stack, bytes } = leftBook(t);
  const otherVersion = Buffer.from(bytes);
  otherVersion.writeUInt32LE(99, 8);
  for (const content of [Buffer.from('my notes'), Buffer.alloc(5000, 7), otherVersion]) {
    fs.writeFileSync(bookPath(stack), content);
    removeLeftBook(stack);
    assert.deepEqual(fs.readFileSync(bookPath(stack)), content);
  }
});
