import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { futexTimeout } from '../../../packages/posix/libc.ts';
import { AttachedPriceBook } from '../../../packages/price-book/attached-price-book.ts';
import {
  BadPriceError,
  BadSymbolError,
  BookFullError,
  UnknownSymbolError,
} from '../../../packages/price-book/errors.ts';
import { EntryStatus } from '../../../packages/price-book/layout.ts';
import { isPrice, PriceBookWriter } from '../../../packages/price-book/price-book-writer.ts';
import { TickBatch, TickRun } from '../../../packages/price-book/tick-batch.ts';
import fc from '../../property.ts';
import { uniqueBook } from './unique-book.ts';

function bookOf(t: TestContext, symbols: readonly string[] = ['AAPL', 'MSFT']) {
  const name = uniqueBook(t);
  const writer = new PriceBookWriter(symbols, name, { symbolCapacity: 4, ringCapacity: 16 });
  t.after(() => writer.close());
  return { name, writer, reader: new AttachedPriceBook(name) };
}

test('an update is read by the writer and by every reader', (t) => {
  const { writer, reader } = bookOf(t);
  assert.equal(writer.read('AAPL'), undefined);
  assert.equal(reader.read('AAPL'), undefined);
  writer.update('AAPL', 172.53);
  writer.update('MSFT', 325.2);
  writer.update('AAPL', 172.54);
  for (const book of [writer, reader]) {
    assert.equal(book.read('AAPL'), 172.54);
    assert.equal(book.read('MSFT'), 325.2);
    assert.equal(book.entry('AAPL').updates, 2);
    assert.equal(book.entry('AAPL').sequence, 3);
  }
});

test('every price comes out as it went in', (t) => {
  const { writer, reader } = bookOf(t);
  const anyPrice = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });
  fc.assert(
    fc.property(anyPrice, (price) => {
      writer.update('AAPL', price);
      assert.equal(reader.read('AAPL'), price);
    }),
  );
});

test('updates are ticks too, numbered in a row', (t) => {
  const { writer, reader } = bookOf(t);
  const ticks = reader.ticks();
  writer.update('MSFT', 1);
  writer.update('AAPL', 2);
  const batch = new TickBatch(8);
  assert.equal(ticks.read(batch), 2);
  assert.deepEqual([...batch.symbols.subarray(0, 2)], [1, 0]);
  assert.deepEqual([...batch.prices.subarray(0, 2)], [1, 2]);
  assert.deepEqual([...batch.sequences.subarray(0, 2)], [1, 2]);
});

test('a run goes to the table and the ring, a snapshot to the table alone', (t) => {
  const { writer, reader } = bookOf(t);
  const run = new TickRun(4);
  run.symbols.set([0, 1, 0]);
  run.prices.set([1, 2, 3]);
  run.count = 3;
  run.firstSequence = 41;
  writer.apply(run);
  assert.equal(writer.ring.published, 3);
  assert.equal(writer.ring.lastSequence, 43);
  run.prices.set([7, 8, 9]);
  writer.applySnapshot(run);
  assert.equal(writer.ring.published, 3);
  assert.deepEqual([reader.read('AAPL'), reader.read('MSFT')], [9, 8]);
  assert.equal(reader.entry('AAPL').sequence, 0);
});

test('a price that is not finite and above zero is refused, and the last one stays', (t) => {
  const { writer } = bookOf(t);
  writer.update('AAPL', 173.2);
  for (const price of [0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.equal(isPrice(price), false);
    assert.throws(() => writer.update('AAPL', price), BadPriceError);
  }
  assert.equal(writer.read('AAPL'), 173.2);
  assert.equal(writer.ring.published, 1);
  assert.throws(() => writer.update('AAPL', 0), {
    message: '0 is not a price of AAPL: expected a finite number above zero',
  });
});

test('a symbol that is not in the book is an error that names it', (t) => {
  const { writer, reader } = bookOf(t);
  assert.throws(() => writer.update('NVDA', 1), UnknownSymbolError);
  assert.throws(() => writer.read('NVDA'), UnknownSymbolError);
  assert.throws(() => writer.entry('NVDA'), UnknownSymbolError);
  assert.throws(() => reader.read('NVDA'), { message: /"NVDA" is not in the price book/ });
  assert.throws(() => reader.entry('NVDA'), UnknownSymbolError);
  assert.throws(() => reader.indexOf('NVDA'), UnknownSymbolError);
  assert.equal(writer.indexOf('NVDA'), undefined);
});

test('a symbol that does not fit into an entry is refused', (t) => {
  const { writer } = bookOf(t);
  for (const symbol of ['', 'A B', 'Ä', 'A'.repeat(33), 'A\0', 'A\n', 'A\x7f']) {
    assert.throws(() => writer.add(symbol), BadSymbolError, JSON.stringify(symbol));
  }
  assert.deepEqual(writer.symbols, ['AAPL', 'MSFT']);
});

test('symbols can be added while readers read, once each, until the table is full', (t) => {
  const { writer, reader } = bookOf(t);
  assert.deepEqual(reader.symbols, ['AAPL', 'MSFT']);
  assert.equal(writer.add('BRK.B'), 2);
  assert.equal(writer.add('AAPL'), 0);
  assert.equal(writer.add('BTC/USDT'), 3);
  writer.update('BTC/USDT', 64_000.5);
  assert.equal(reader.read('BTC/USDT'), 64_000.5);
  assert.equal(reader.indexOf('BRK.B'), 2);
  assert.deepEqual(reader.symbols, writer.symbols);
  assert.throws(() => writer.add('NVDA'), BookFullError);
});

test('entries are those that have a price', (t) => {
  const { writer, reader } = bookOf(t);
  assert.deepEqual(reader.entries(), []);
  writer.update('MSFT', 325.2);
  assert.deepEqual(
    reader.entries().map(({ symbol, status, price }) => ({ symbol, status, price })),
    [{ symbol: 'MSFT', status: EntryStatus.LIVE, price: 325.2 }],
  );
});

test('a symbol that is added twice has one entry', (t) => {
  assert.deepEqual(bookOf(t, ['AAPL', 'MSFT', 'AAPL']).writer.symbols, ['AAPL', 'MSFT']);
});

test('a book has room for all symbols that it is created with', (t) => {
  const symbols = Array.from({ length: 40 }, (_, i) => `S${i}`);
  const { writer, reader } = bookOf(t, symbols);
  assert.equal(writer.memory.shape.symbolCapacity, 40);
  assert.deepEqual(reader.symbols, symbols);
});

test('the header names the writer, counts the takeovers, and shows the end', (t) => {
  const { writer, reader } = bookOf(t);
  const { header } = reader;
  assert.equal(header.writerPid, process.pid);
  assert.deepEqual([header.epoch, header.ready, header.closed, header.lossless], [1, true, false, false]);
  assert.ok(header.heartbeatNs > 0);
  assert.equal(reader.replaced, false);
  writer.close();
  assert.deepEqual([header.writerPid, header.ready, header.closed], [0, false, true]);
  assert.equal(reader.replaced, true);
});

test('closing wakes the readers that wait, and the prices stay readable', { timeout: 60_000 }, async (t) => {
  const { name, writer } = bookOf(t);
  const reader = new AttachedPriceBook(name, { readOnly: false });
  writer.update('AAPL', 173.2);
  const waiting = reader.doorbell.wait(reader.doorbell.value, futexTimeout(60e9));
  writer.close();
  await waiting;
  assert.equal(reader.read('AAPL'), 173.2);
});

test('the run of the feed is kept in the book', (t) => {
  const { writer, reader } = bookOf(t);
  assert.deepEqual(reader.header.feedRun, { runId: 0, cursor: 0, next: 0 });
  const feed = { runId: 2 ** 40 + 1, cursor: 12, next: 2 ** 33 };
  writer.header.setFeedRun(feed);
  assert.deepEqual(reader.header.feedRun, feed);
});

test('the writer sees the readers that claim a slot', (t) => {
  const { name, writer } = bookOf(t);
  writer.update('AAPL', 1);
  const reader = new AttachedPriceBook(name, { readOnly: false });
  const slot = reader.claimSlot('mine');
  assert.deepEqual(
    writer.readers().map(({ name, pid, cursor }) => [name, pid, cursor]),
    [['mine', process.pid, 1]],
  );
  assert.deepEqual(reader.readers(), writer.readers());
  slot.release();
  assert.deepEqual(writer.readers(), []);
});
