import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { AttachedPriceBook } from '../../../packages/price-book/attached-price-book.ts';
import { bookPath } from '../../../packages/price-book/book-file.ts';
import { BookLink } from '../../../packages/price-book/book-link.ts';
import { NoReaderSlotError } from '../../../packages/price-book/errors.ts';
import { BookState, HEADER } from '../../../packages/price-book/layout.ts';
import { PriceBookWriter } from '../../../packages/price-book/price-book-writer.ts';
import { until } from '../../../tools/testing/poll.ts';
import { uniqueBook } from './unique-book.ts';

/** A link that keeps what it is told. */
class Told {
  readonly books: AttachedPriceBook[] = [];
  readonly bad: string[] = [];
  onBook: () => void = () => {};
  readonly link: BookLink;

  constructor(t: TestContext, name: string) {
    this.link = new BookLink(name, {
      onBook: (book) => {
        this.onBook();
        this.books.push(book);
      },
      onBadBook: (error) => this.bad.push(error.message),
    });
    t.after(() => this.link.stop());
  }
}

function bookOf(t: TestContext, name: string, ...symbols: string[]): PriceBookWriter {
  const book = new PriceBookWriter(symbols, name, { ringCapacity: 1024 });
  t.after(() => book.close());
  return book;
}

/** How often a file is mapped into this process. */
function mappingsOf(path: string): number {
  return fs
    .readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.includes(path)).length;
}

test('an existing book is reported immediately', { timeout: 60_000 }, (t) => {
  const name = uniqueBook(t);
  bookOf(t, name, 'AAPL');
  const told = new Told(t, name);
  told.link.start();
  assert.deepEqual(
    told.books.map((book) => book.symbols),
    [['AAPL']],
  );
});

test('a book that appears later is reported, and its absence is not an error', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  const told = new Told(t, name);
  told.link.start();
  assert.equal(told.books.length, 0);
  bookOf(t, name, 'AAPL');
  await until('it is told', () => told.books.length === 1);
  assert.deepEqual(told.bad, []);
});

test('a book that closes and is created again is reported again', { timeout: 60_000 }, async (t) => {
  const name = uniqueBook(t);
  const first = bookOf(t, name, 'AAPL');
  const told = new Told(t, name);
  told.link.start();
  first.close();
  bookOf(t, name, 'MSFT', 'TSLA');
  await until('it is told', () => told.books.length === 2);
  assert.deepEqual(told.books[1]?.symbols, ['MSFT', 'TSLA']);
});

test('a book that is removed under its writer and created again is reported again', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  bookOf(t, name, 'AAPL');
  const told = new Told(t, name);
  told.link.start();
  fs.rmSync(bookPath(name));
  bookOf(t, name, 'MSFT');
  await until('it is told', () => told.books.length === 2);
});

test('a file that is not a book is reported once, and a book that replaces it is used', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  fs.writeFileSync(bookPath(name), 'no book', { mode: 0o600 });
  const told = new Told(t, name);
  told.link.start();
  const stat = fs.statSync(bookPath(name));
  await until('it was looked at again', async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return fs.statSync(bookPath(name)).ino === stat.ino;
  });
  assert.equal(told.bad.length, 1);
  fs.rmSync(bookPath(name));
  bookOf(t, name, 'AAPL');
  await until('it is told', () => told.books.length === 1);
});

test('a book that is not ready is mapped only once', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  const { memory } = bookOf(t, name, 'AAPL');
  memory.storeU32(HEADER.at.state, BookState.MAKING);
  const told = new Told(t, name);
  const before = mappingsOf(bookPath(name));
  told.link.start();
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(told.books.length, 0);
  assert.equal(mappingsOf(bookPath(name)), before + 1);
  memory.storeU32(HEADER.at.state, BookState.READY);
  await until('it is told', () => told.books.length === 1);
});

test('a book that the handler cannot accept is offered again, and mapped only once', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  bookOf(t, name, 'AAPL');
  const told = new Told(t, name);
  let tries = 0;
  told.onBook = () => {
    if (++tries < 3) throw new NoReaderSlotError(32);
  };
  const before = mappingsOf(bookPath(name));
  told.link.start();
  await until('it is taken', () => told.books.length === 1);
  assert.equal(told.bad.length, 1);
  assert.equal(mappingsOf(bookPath(name)), before + 1);
});

test('another error of the handler is thrown, not reported as a bad book', { timeout: 60_000 }, (t) => {
  const name = uniqueBook(t);
  bookOf(t, name, 'AAPL');
  const told = new Told(t, name);
  told.onBook = () => {
    throw new TypeError('the rules are broken');
  };
  assert.throws(() => told.link.start(), /the rules are broken/);
  assert.deepEqual(told.bad, []);
});

test('a second start() does nothing, and stop() removes the timer', { timeout: 60_000 }, (t) => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const told = new Told(t, uniqueBook(t));
  const before = timers();
  told.link.start();
  told.link.start();
  assert.equal(timers(), before + 1);
  told.link.stop();
  assert.equal(timers(), before);
});

test('after stop() nothing is reported, even if the handler itself calls it', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  const told = new Told(t, name);
  told.link.start();
  told.link.stop();
  const within = new Told(t, name);
  within.onBook = () => within.link.stop();
  const first = bookOf(t, name, 'AAPL');
  within.link.start();
  first.close();
  bookOf(t, name, 'MSFT');
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.equal(told.books.length, 0);
  assert.equal(within.books.length, 1);
});
