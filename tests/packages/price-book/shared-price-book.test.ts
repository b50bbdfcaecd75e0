import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { bookPath } from '../../../packages/price-book/book-file.ts';
import {
  BookNotFoundError,
  SymbolListError,
  UnknownSymbolError,
} from '../../../packages/price-book/errors.ts';
import { SharedPriceBook } from '../../../packages/price-book/shared-price-book.ts';
import { runProcess } from '../../run-process.ts';
import { uniqueBook } from './unique-book.ts';

const PROGRAM = path.join(import.meta.dirname, 'shared-price-book-process.ts');

function openBook(t: TestContext, symbols: readonly string[]): { name: string; book: SharedPriceBook } {
  const name = uniqueBook(t);
  const book = new SharedPriceBook(symbols, name);
  t.after(() => book.close());
  return { name, book };
}

/** What a second process with these symbols finds. */
async function inSecondProcess(name: string, ...symbols: string[]) {
  const { status, stdout, stderr } = await runProcess(process.execPath, [PROGRAM, name, ...symbols]);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

test('the first process that constructs it writes', (t) => {
  const { book } = openBook(t, ['AAPL', 'MSFT']);
  book.update('AAPL', 172.53);
  assert.deepEqual([book.isWriter, book.read('AAPL'), book.read('MSFT')], [true, 172.53, undefined]);
  assert.throws(() => book.update('IBM', 1), UnknownSymbolError);
});

for (const symbols of [['AAPL', 'MSFT'], ['AAPL', 'IBM'], []]) {
  const given = symbols.length === 0 ? 'no symbols' : symbols.join(' and ');
  test(`a second process with ${given} reads, and only its update is refused`, async (t) => {
    const { name, book } = openBook(t, ['AAPL', 'MSFT']);
    book.update('AAPL', 172.53);
    assert.deepEqual(await inSecondProcess(name, ...symbols), {
      isWriter: false,
      symbols: ['AAPL', 'MSFT'],
      price: 172.53,
      update: `${bookPath(name)} is written by process ${process.pid}: a book has one writer`,
    });
    assert.ok(existsSync(bookPath(name)), 'a reader that closes leaves the book');
    assert.equal(book.read('AAPL'), 172.53);
  });
}

test('without symbols and without a book there is nothing to attach to', (t) => {
  assert.throws(() => new SharedPriceBook([], uniqueBook(t)), BookNotFoundError);
});

test('a name in place of the symbols is refused, and makes no book', (t) => {
  const name: unknown = uniqueBook(t);
  assert.throws(() => new SharedPriceBook(name as string[]), SymbolListError);
});

test('a process with symbols writes once the first has closed', async (t) => {
  const { name, book } = openBook(t, ['AAPL']);
  book.close();
  assert.equal((await inSecondProcess(name, 'AAPL')).update, 'written');
});
