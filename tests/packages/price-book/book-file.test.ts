// Every way in which a file can be the wrong one, and what the error says.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import { AttachedPriceBook } from '../../../packages/price-book/attached-price-book.ts';
import { bookFiles, bookPath } from '../../../packages/price-book/book-file.ts';
import {
  BadSymbolError,
  BookAccessError,
  BookFullError,
  BookInUseError,
  BookNotFoundError,
  BookSizeError,
  BookSystemError,
  BookTooSmallError,
  BookVersionError,
  NotABookError,
} from '../../../packages/price-book/errors.ts';
import {
  HEADER,
  LAYOUT_VERSION,
  RING_CAPACITY_MAX,
  SYMBOL_CAPACITY_MAX,
} from '../../../packages/price-book/layout.ts';
import { type BookOptions, PriceBookWriter } from '../../../packages/price-book/price-book-writer.ts';
import { uniqueBook } from './unique-book.ts';

const SMALL = { symbolCapacity: 4, ringCapacity: 8 };
const isRoot = process.getuid?.() === 0;

function openedBook(t: TestContext, name: string, options: BookOptions = SMALL): PriceBookWriter {
  const book = new PriceBookWriter(['AAPL', 'MSFT'], name, options);
  t.after(() => book.close());
  return book;
}

/** Leaves a book as a writer that died leaves it: without its lock. */
function leftBook(t: TestContext, symbols: readonly string[] = ['AAPL', 'MSFT']): string {
  const name = uniqueBook(t);
  const original = `${name}.original`;
  const book = new PriceBookWriter(symbols, original, SMALL);
  fs.copyFileSync(bookPath(original), bookPath(name));
  fs.chmodSync(bookPath(name), 0o600);
  book.close();
  return name;
}

function spoil(name: string, offset: number, value: number): void {
  const fd = fs.openSync(bookPath(name), 'r+');
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  fs.writeSync(fd, bytes, 0, 4, offset);
  fs.closeSync(fd);
}

/** Neither a reader nor a writer may take the file. */
function refuses(name: string, error: new (...args: never[]) => Error, message: RegExp): void {
  const check = (thrown: unknown) => {
    assert.ok(thrown instanceof error, `${thrown}`);
    assert.match(thrown.message, message);
    return true;
  };
  assert.throws(() => new AttachedPriceBook(name), check);
  assert.throws(() => new AttachedPriceBook(name, { readOnly: false }), check);
  assert.throws(() => new PriceBookWriter(['AAPL'], name, SMALL), check);
}

test('a book is a file that only its owner may read and write', (t) => {
  const name = uniqueBook(t);
  openedBook(t, name);
  const stat = fs.statSync(bookPath(name));
  assert.equal(stat.mode & 0o777, 0o600);
  assert.deepEqual(bookFiles(name), [bookPath(name)], 'no draft is left');
});

test('a new book has real blocks for all its bytes', (t) => {
  const name = uniqueBook(t);
  const book = openedBook(t, name);
  const stat = fs.statSync(bookPath(name));
  assert.equal(stat.size, book.memory.shape.totalBytes);
  assert.ok(stat.blocks * 512 >= stat.size);
});

test('closing a book removes its file, and only its own', (t) => {
  const name = uniqueBook(t);
  const first = new PriceBookWriter(['AAPL'], name, SMALL);
  const reader = new AttachedPriceBook(name);
  assert.equal(reader.replaced, false);
  fs.rmSync(bookPath(name));
  const second = openedBook(t, name);
  assert.equal(reader.replaced, true);
  first.close();
  first.close();
  assert.ok(fs.existsSync(bookPath(name)), 'the book of the second writer stays');
  second.close();
  assert.deepEqual(bookFiles(name), []);
});

test('the error for a missing book names its path', (t) => {
  const name = uniqueBook(t);
  const message = `there is no price book at ${bookPath(name)}`;
  assert.throws(() => new AttachedPriceBook(name), { name: 'BookNotFoundError', message });
  assert.throws(() => new AttachedPriceBook(name), BookNotFoundError);
});

test('a file with other first bytes is not a book', (t) => {
  const name = leftBook(t);
  spoil(name, HEADER.at.magic, 0x12345678);
  refuses(name, NotABookError, /does not start with TICKLINE/);
});

test('the error for another layout version names both versions', (t) => {
  const name = leftBook(t);
  spoil(name, HEADER.at.layoutVersion, LAYOUT_VERSION + 1);
  refuses(name, BookVersionError, new RegExp(`version ${LAYOUT_VERSION + 1}, expected ${LAYOUT_VERSION}$`));
});

test('an empty file, and one shorter than a header, are not books', (t) => {
  const name = leftBook(t);
  fs.truncateSync(bookPath(name), HEADER.bytes - 1);
  refuses(name, NotABookError, /has 1023 bytes, less than a header/);
  fs.truncateSync(bookPath(name), 0);
  refuses(name, NotABookError, /has 0 bytes/);
});

test('a truncated book is refused before a read beyond its end kills the reader', (t) => {
  const name = leftBook(t);
  const { size } = fs.statSync(bookPath(name));
  fs.truncateSync(bookPath(name), size - 1);
  refuses(name, NotABookError, new RegExp(`has ${size - 1} bytes of ${size}`));
});

test('a header that contradicts itself is refused, field by field', (t) => {
  const fields = [
    ...[
      'headerBytes',
      'symbolOffset',
      'tableOffset',
      'ringOffset',
      'readerCapacity',
      'readerOffset',
      'counterCapacity',
    ],
    ...['counterOffset', 'totalBytes'],
  ] as (keyof typeof HEADER.at)[];
  for (const field of fields) {
    const name = leftBook(t);
    spoil(name, HEADER.at[field], 12);
    refuses(name, NotABookError, new RegExp(`${field} is 12, expected`));
  }
});

test('a header with a size that no book can have is refused', (t) => {
  for (const [field, value] of [
    ['symbolCapacity', 0],
    ['symbolCapacity', 0xffffffff],
    ['ringCapacity', 0],
    ['ringCapacity', 12],
    ['ringCapacity', 2 ** 31],
  ] as const) {
    const name = leftBook(t);
    spoil(name, HEADER.at[field], value);
    refuses(name, NotABookError, new RegExp(`capacity is ${value}, expected`));
  }
});

test('a symlink in the place of a book is refused, wherever it leads', (t) => {
  const target = leftBook(t);
  const name = uniqueBook(t);
  for (const path of [bookPath(target), '/dev/shm/tickline-test-nothing']) {
    fs.symlinkSync(path, bookPath(name));
    refuses(name, BookAccessError, /it is a link/);
    fs.rmSync(bookPath(name));
  }
});

test('a folder or a pipe in the place of a book is refused immediately', { timeout: 60_000 }, (t) => {
  const folder = uniqueBook(t);
  fs.mkdirSync(bookPath(folder));
  assert.throws(() => new AttachedPriceBook(folder), BookAccessError);
  assert.throws(() => new PriceBookWriter(['AAPL'], folder, SMALL), BookAccessError);
  const pipe = uniqueBook(t);
  execFileSync('mkfifo', [bookPath(pipe)]);
  refuses(pipe, BookAccessError, /it is not a file/);
});

test('a file that may not be opened is refused', { skip: isRoot && 'root may open everything' }, (t) => {
  const name = leftBook(t);
  fs.chmodSync(bookPath(name), 0);
  refuses(name, BookAccessError, /EACCES/);
});

test('a second writer in the same process is refused, and the first continues', (t) => {
  const name = uniqueBook(t);
  const book = openedBook(t, name);
  book.update('AAPL', 173.2);
  assert.throws(() => new PriceBookWriter(['AAPL'], name, SMALL), BookInUseError);
  assert.throws(() => new PriceBookWriter(['AAPL'], name), { message: new RegExp(`process ${process.pid}`) });
  book.update('AAPL', 173.3);
  assert.equal(new AttachedPriceBook(name).read('AAPL'), 173.3);
});

test('a book that a writer left is refused if it has no room for the new symbols', (t) => {
  const name = leftBook(t);
  const five = ['A', 'B', 'C', 'D', 'E'];
  assert.throws(() => new PriceBookWriter(five, name), BookTooSmallError);
  assert.throws(() => new PriceBookWriter(five, name), { message: /room for 4 symbols and 5 are needed/ });
});

test('a start that fails releases the lock and leaves the files unchanged', (t) => {
  const left = leftBook(t);
  assert.throws(() => new PriceBookWriter(['A', 'B', 'C'], left), BookFullError);
  assert.equal(openedBook(t, left).takenOver, true);
  const fresh = uniqueBook(t);
  assert.throws(() => new PriceBookWriter(['AAPL', 'no symbol'], fresh), BadSymbolError);
  assert.deepEqual(bookFiles(fresh), []);
  assert.equal(openedBook(t, fresh).takenOver, false);
});

test('a size that no book can have is refused before a file is created', (t) => {
  const name = uniqueBook(t);
  for (const options of [
    { ringCapacity: 1000 },
    { ringCapacity: 0 },
    { ringCapacity: 2 * RING_CAPACITY_MAX },
    { ringCapacity: Number.NaN },
    { symbolCapacity: 0 },
    { symbolCapacity: 1.5 },
    { symbolCapacity: SYMBOL_CAPACITY_MAX + 1 },
  ]) {
    assert.throws(() => new PriceBookWriter([], name, options), BookSizeError, JSON.stringify(options));
  }
  assert.deepEqual(bookFiles(name), []);
});

test('a name that no file can have is refused with a clear error', () => {
  assert.throws(() => new PriceBookWriter([], 'no/such/folder', SMALL), BookAccessError);
  assert.throws(() => new AttachedPriceBook('no/such/folder'), BookNotFoundError);
  assert.throws(() => new PriceBookWriter([], 'x'.repeat(300), SMALL), BookAccessError);
});

test('a full /dev/shm is an error that names the system call and its errno, and leaves no file', (t) => {
  const name = uniqueBook(t);
  const { bsize, blocks } = fs.statfsSync('/dev/shm');
  const bytes = 96 * SYMBOL_CAPACITY_MAX + 32 * RING_CAPACITY_MAX;
  if (bsize * blocks > bytes) return t.skip('this /dev/shm has room for the largest book');
  const options = { symbolCapacity: SYMBOL_CAPACITY_MAX, ringCapacity: RING_CAPACITY_MAX };
  assert.throws(() => new PriceBookWriter([], name, options), BookSystemError);
  assert.throws(() => new PriceBookWriter([], name, options), /posix_fallocate failed with ENOSPC/);
  assert.deepEqual(bookFiles(name), []);
});
