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

/** A link, and what it has reported. */
class Observed {
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
  const observed = new Observed(t, name);
  observed.link.start();
  assert.deepEqual(
    observed.books.map((book) => book.symbols),
    [['AAPL']],
  );
});

test('a book that appears later is reported, and its absence is not an error', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  const observed = new Observed(t, name);
  observed.link.start();
  assert.equal(observed.books.length, 0);
  bookOf(t, name, 'AAPL');
  await until('the book is reported', () => observed.books.length === 1);
  assert.deepEqual(observed.bad, []);
});

test('a book that closes and is created again is reported again', { timeout: 60_000 }, async (t) => {
  const name = uniqueBook(t);
  const first = bookOf(t, name, 'AAPL');
  const observed = new Observed(t, name);
  observed.link.start();
  first.close();
  bookOf(t, name, 'MSFT', 'TSLA');
  await until('the book is reported', () => observed.books.length === 2);
  assert.deepEqual(observed.books[1]?.symbols, ['MSFT', 'TSLA']);
});

test('a book that is removed under its writer and created again is reported again', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  bookOf(t, name, 'AAPL');
  const observed = new Observed(t, name);
  observed.link.start();
  fs.rmSync(bookPath(name));
  bookOf(t, name, 'MSFT');
  await until('the book is reported', () => observed.books.length === 2);
});

test('a link that looks again finds the book of this moment, unless it is stopped', (t) => {
  const name = uniqueBook(t);
  const first = bookOf(t, name, 'AAPL');
  const observed = new Observed(t, name);
  observed.link.start();
  first.close();
  bookOf(t, name, 'MSFT');
  observed.link.lookAgain();
  assert.equal(observed.books.length, 2);
  fs.rmSync(bookPath(name));
  bookOf(t, name, 'TSLA');
  observed.link.stop();
  observed.link.lookAgain();
  assert.equal(observed.books.length, 2);
});

test('a file that is not a book is reported once, and a book that replaces it is used', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  fs.writeFileSync(bookPath(name), 'no book', { mode: 0o600 });
  const observed = new Observed(t, name);
  observed.link.start();
  const stat = fs.statSync(bookPath(name));
  await until('it was looked at again', async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return fs.statSync(bookPath(name)).ino === stat.ino;
  });
  assert.equal(observed.bad.length, 1);
  fs.rmSync(bookPath(name));
  bookOf(t, name, 'AAPL');
  await until('the book is reported', () => observed.books.length === 1);
});

test('a book that is not ready is mapped only once', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  const { memory } = bookOf(t, name, 'AAPL');
  memory.storeU32(HEADER.at.state, BookState.MAKING);
  const observed = new Observed(t, name);
  const before = mappingsOf(bookPath(name));
  observed.link.start();
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(observed.books.length, 0);
  assert.equal(mappingsOf(bookPath(name)), before + 1);
  memory.storeU32(HEADER.at.state, BookState.READY);
  await until('the book is reported', () => observed.books.length === 1);
});

test('a book that the handler cannot accept is offered again, and mapped only once', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  bookOf(t, name, 'AAPL');
  const observed = new Observed(t, name);
  let tries = 0;
  observed.onBook = () => {
    if (++tries < 3) throw new NoReaderSlotError(32);
  };
  const before = mappingsOf(bookPath(name));
  observed.link.start();
  await until('it is taken', () => observed.books.length === 1);
  assert.equal(observed.bad.length, 1);
  assert.equal(mappingsOf(bookPath(name)), before + 1);
});

test('another error of the handler is thrown, not reported as a bad book', { timeout: 60_000 }, (t) => {
  const name = uniqueBook(t);
  bookOf(t, name, 'AAPL');
  const observed = new Observed(t, name);
  observed.onBook = () => {
    throw new TypeError('the rules are broken');
  };
  assert.throws(() => observed.link.start(), /the rules are broken/);
  assert.deepEqual(observed.bad, []);
});

test('a second start() does nothing, and stop() removes the timer', { timeout: 60_000 }, (t) => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const observed = new Observed(t, uniqueBook(t));
  const before = timers();
  observed.link.start();
  observed.link.start();
  assert.equal(timers(), before + 1);
  observed.link.stop();
  assert.equal(timers(), before);
});

test('after stop() nothing is reported, even if the handler itself calls it', {
  timeout: 60_000,
}, async (t) => {
  const name = uniqueBook(t);
  const observed = new Observed(t, name);
  observed.link.start();
  observed.link.stop();
  const within = new Observed(t, name);
  within.onBook = () => within.link.stop();
  const first = bookOf(t, name, 'AAPL');
  within.link.start();
  first.close();
  bookOf(t, name, 'MSFT');
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.equal(observed.books.length, 0);
  assert.equal(within.books.length, 1);
});

test('a replaced book is given back, after which it reads as zeros', { timeout: 60_000 }, async (t) => {
  const name = uniqueBook(t);
  const first = bookOf(t, name, 'AAPL');
  first.update('AAPL', 7);
  const observed = new Observed(t, name);
  observed.link.start();
  const [book] = observed.books;
  first.close();
  assert.equal(book?.read('AAPL'), 7);
  bookOf(t, name, 'AAPL').update('AAPL', 8);
  await until('the next book is reported', () => observed.books.length === 2);
  await until('the first one reads as zeros', () => book?.read('AAPL') === undefined);
  assert.equal(observed.books[1]?.read('AAPL'), 8);
  assert.deepEqual(observed.bad, []);
});
