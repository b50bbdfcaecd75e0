// A book that another program truncates, removes or overwrites while it is in use: the damage is detected, and no wrong price
// is read.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import { AttachedPriceBook } from '../../../packages/price-book/attached-price-book.ts';
import { bookPath } from '../../../packages/price-book/book-file.ts';
import { BookLink } from '../../../packages/price-book/book-link.ts';
import { BookDamagedError, NotABookError } from '../../../packages/price-book/errors.ts';
import { HEADER, RING_SLOT, TABLE_ENTRY } from '../../../packages/price-book/layout.ts';
import { PriceBookWriter } from '../../../packages/price-book/price-book-writer.ts';
import { TickBatch } from '../../../packages/price-book/tick-batch.ts';
import { until } from '../../../tools/testing/poll.ts';
import { Noise } from './noise.ts';
import { uniqueBook } from './unique-book.ts';

const SYMBOLS = ['AAPL', 'MSFT', 'NVDA'];
const SHAPE = { symbolCapacity: 4, ringCapacity: 8 };
const ROUNDS = 2_000;

function bookIn(t: TestContext) {
  const name = uniqueBook(t);
  const book = new PriceBookWriter(SYMBOLS, name, SHAPE);
  t.after(() => book.discard());
  const reader = new AttachedPriceBook(name, { readOnly: false });
  return { name, path: bookPath(name), book, reader, bytes: reader.memory.bytes };
}

test('an untouched book is intact', (t) => {
  const { book, reader } = bookIn(t);
  book.update('AAPL', 1);
  assert.equal(book.damage(), undefined);
  assert.equal(reader.damage(), undefined);
});

for (const bytes of [0, 4096, 8192]) {
  test(`a file truncated to ${bytes} bytes is detected, and reading or writing it kills no process`, (t) => {
    const { book, reader, path } = bookIn(t);
    book.update('AAPL', 1);
    fs.truncateSync(path, bytes);
    assert.match(book.damage() ?? '', new RegExp(`has ${bytes} bytes of \\d+`));
    assert.match(reader.damage() ?? '', new RegExp(`has ${bytes} bytes of \\d+`));
    book.update('AAPL', 2);
    const price = reader.table.priceAt(0);
    assert.ok(price === 0 || price === 1 || price === 2);
    book.update('AAPL', 3);
  });
}

test('a file that was truncated and extended again is detected by processes that accessed it in between', (t) => {
  const { book, reader, path } = bookIn(t);
  fs.truncateSync(path, 0);
  assert.equal(reader.table.priceAt(0), 0);
  fs.truncateSync(path, reader.memory.shape.totalBytes);
  assert.match(reader.damage() ?? '', /header was overwritten/);
  assert.match(book.damage() ?? '', /header was overwritten/);
});

test('a writer detects that its file was removed or replaced', (t) => {
  const { book, path } = bookIn(t);
  fs.rmSync(path);
  assert.match(book.damage() ?? '', /was removed/);
  fs.writeFileSync(path, '');
  assert.match(book.damage() ?? '', /was removed/);
  book.discard();
  assert.ok(fs.existsSync(path), 'the file belongs to another program');
});

test('a discarded book leaves its name to the next one', (t) => {
  const { book, name, path } = bookIn(t);
  fs.truncateSync(path, 0);
  book.discard();
  assert.equal(fs.existsSync(path), false);
  const next = new PriceBookWriter(SYMBOLS, name, SHAPE);
  t.after(() => next.close());
  assert.equal(next.takenOver, false);
});

test('an overwritten header field is detected', (t) => {
  for (const field of Object.keys(HEADER.at) as (keyof typeof HEADER.at)[]) {
    // What readers, or the run of the Gateway, change is no damage; opening a book checks its clock.
    if (
      ['futex', 'armed', 'heartbeat', 'lossless', 'tickTimes', 'clock'].includes(field) ||
      field.startsWith('feed') ||
      /shard/i.test(field) ||
      field.startsWith('requests')
    )
      continue;
    if (field === 'symbolCount') continue; // judged where it is used
    const { book, bytes } = bookIn(t);
    book.update('AAPL', 1);
    bytes[HEADER.at[field]] ^= 0x55;
    assert.match(book.damage() ?? '', /header was overwritten|another size/, field);
  }
});

test('an entry that holds no price is an error and not a price', (t) => {
  const price = TABLE_ENTRY.at.price >> 3;
  for (const value of [Number.NaN, -1, 0, Number.POSITIVE_INFINITY]) {
    const { book, reader } = bookIn(t);
    book.update('AAPL', 1);
    reader.memory.f64[(reader.memory.shape.tableOffset >> 3) + price] = value;
    assert.throws(() => reader.read('AAPL'), BookDamagedError, `${value}`);
    assert.throws(() => reader.entry('AAPL'), BookDamagedError, `${value}`);
    book.update('AAPL', 2);
    assert.equal(reader.read('AAPL'), 2, 'the next tick makes it whole');
  }
});

test('an entry that was left odd is whole after the next tick', (t) => {
  const { book, reader } = bookIn(t);
  book.update('AAPL', 1);
  const version = (reader.memory.shape.tableOffset + TABLE_ENTRY.at.version) >> 2;
  reader.memory.i32[version] += 1;
  book.update('AAPL', 2);
  assert.equal(reader.read('AAPL'), 2);
});

test('slots that hold no tick are skipped and counted, and those around them are read', (t) => {
  const spoilt: [keyof typeof RING_SLOT.at, number][] = [
    ['symbol', 4],
    ['reserved', 1],
    ['price', 0],
  ];
  for (const [field, value] of spoilt) {
    const { book, reader } = bookIn(t);
    const ring = reader.ticks();
    for (const price of [1, 2, 3, 4]) book.update('AAPL', price);
    const slot = reader.memory.shape.ringOffset + 2 * RING_SLOT.bytes;
    if (field === 'price') reader.memory.f64[(slot + RING_SLOT.at.price) >> 3] = value;
    else reader.memory.u32[(slot + RING_SLOT.at[field]) >> 2] = value;
    const batch = new TickBatch(8);
    const prices: number[] = [];
    while (ring.read(batch) > 0) prices.push(...batch.prices.slice(0, batch.count));
    assert.deepEqual(prices, [1, 2, 4], field);
    assert.deepEqual([ring.refused, ring.lapped], [1, 0]);
    for (let price = 5; price < 13; price++) book.update('AAPL', price);
    while (ring.read(batch) > 0);
    assert.equal(ring.refused, 1, 'the slot holds ticks again');
  }
});

test('whatever noise is in the memory, reads end and return only prices that were written', (t) => {
  const noise = new Noise();
  const { book, reader, bytes } = bookIn(t);
  const batch = new TickBatch(64);
  const fresh = bytes.slice();
  let odd = 0;
  for (let round = 0; round < ROUNDS; round++) {
    bytes.set(fresh);
    for (const symbol of SYMBOLS) book.update(symbol, 7);
    const ring = reader.ticks(0);
    noise.scatter(bytes, noise.below(2) === 0 ? HEADER.bytes : bytes.length);
    for (let index = 0; index < SYMBOLS.length; index++) {
      const version = reader.memory.shape.tableOffset + index * TABLE_ENTRY.bytes + TABLE_ENTRY.at.version;
      if (reader.memory.loadU32(version) % 2 === 1) odd++;
      else noise.expect(() => assert.ok([0, 7].includes(reader.table.priceAt(index))), BookDamagedError);
    }
    let count = ring.read(batch);
    for (let reads = 0; count > 0 && reads < 100; reads++) {
      for (let i = 0; i < count; i++) assert.equal(batch.prices[i], 7, noise.seed);
      count = ring.read(batch);
    }
    assert.equal(count, 0, `${noise.seed}: the ring ends`);
    noise.expect(() => reader.symbols, BookDamagedError);
  }
  t.diagnostic(`${ROUNDS} rounds, ${odd} entries left odd`);
});

test('a book that a dead writer left is refused if its table or its cursors are noise', (t) => {
  const fields = [
    ['symbolCount', 5],
    ['published', 2 ** 31],
    ['intent', 2 ** 31],
  ] as const;
  for (const [field, value] of fields) {
    const { book, name, path, bytes } = bookIn(t);
    book.update('AAPL', 1);
    const left = `${name}.left`;
    fs.writeFileSync(bookPath(left), bytes, { mode: 0o600 });
    const file = fs.openSync(bookPath(left), 'r+');
    fs.writeSync(file, Uint32Array.of(value), 0, 4, HEADER.at[field]);
    fs.closeSync(file);
    assert.throws(() => new PriceBookWriter(SYMBOLS, left, SHAPE), NotABookError, `${field} in ${path}`);
  }
  const { name, bytes, reader } = bookIn(t);
  bytes[reader.memory.shape.symbolOffset] = 7;
  fs.writeFileSync(bookPath(`${name}.left`), bytes, { mode: 0o600 });
  assert.throws(() => new PriceBookWriter(SYMBOLS, `${name}.left`, SHAPE), /entries without a symbol/);
});

test('a link reports the damage of a book, and the next book', {
  timeout: 60_000,
}, async (t) => {
  const { book, name, path } = bookIn(t);
  const reported: string[] = [];
  const link = new BookLink(name, {
    onBook: () => reported.push('book'),
    onBadBook: (error) => reported.push(error.message.replace(/^.*: it has/, 'it has')),
  });
  t.after(() => link.stop());
  link.start();
  fs.truncateSync(path, 0);
  await until('the damage is reported', () => reported.length > 1);
  book.discard();
  const next = new PriceBookWriter(SYMBOLS, name, SHAPE);
  t.after(() => next.close());
  await until('the next book is reported', () => reported.at(-1) === 'book' && reported.length > 1);
  assert.match(reported[1], /^it has 0 bytes of \d+$/);
});

test('a discarded book frees its memory; its readers count what they have missed, and read no price', (t) => {
  const name = uniqueBook(t);
  const book = new PriceBookWriter(['AAPL'], name, { ringCapacity: 65_536 });
  for (let price = 1; price <= 100; price++) book.update('AAPL', price);
  const reader = new AttachedPriceBook(name);
  assert.equal(reader.read('AAPL'), 100);
  const [behind, upToDate] = [reader.ticks(0), reader.ticks()];
  const file = fs.openSync(bookPath(name), 'r');
  t.after(() => fs.closeSync(file));
  fs.rmSync(bookPath(name));
  const bytes = () => 512 * fs.fstatSync(file).blocks;
  assert.ok(bytes() > 2_000_000);
  book.discard();
  assert.ok(bytes() < 100_000, `${bytes()} bytes`);
  const batch = new TickBatch(10);
  assert.deepEqual([behind.read(batch), behind.lapped, behind.refused], [0, 100, 0]);
  assert.deepEqual([upToDate.read(batch), upToDate.lapped], [0, 0]);
  assert.equal(reader.read('AAPL'), undefined);
  assert.deepEqual(reader.entries(), []);
});
