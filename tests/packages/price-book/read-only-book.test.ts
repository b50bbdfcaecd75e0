// A store into a read-only mapping ends the process with SIGSEGV, so every call that writes must refuse.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AttachedPriceBook } from '../../../packages/price-book/attached-price-book.ts';
import { Counters } from '../../../packages/price-book/counters.ts';
import { ReadOnlyBookError } from '../../../packages/price-book/errors.ts';
import { PriceBookWriter } from '../../../packages/price-book/price-book-writer.ts';
import { TickBatch } from '../../../packages/price-book/tick-batch.ts';
import { TEST_COUNTERS } from './test-counters.ts';
import { uniqueBook } from './unique-book.ts';

function readOnlyBook(t: TestContext) {
  const name = uniqueBook(t);
  const writer = new PriceBookWriter(['AAPL'], name, { ringCapacity: 8 });
  t.after(() => writer.close());
  return { writer, reader: new AttachedPriceBook(name, { counters: TEST_COUNTERS }) };
}

test('a book is attached read-only by default', (t) => {
  const { reader } = readOnlyBook(t);
  assert.equal(reader.memory.writable, false);
  assert.throws(() => reader.claimSlot('mine'), ReadOnlyBookError);
  assert.throws(() => reader.doorbell.wait(reader.doorbell.value), ReadOnlyBookError);
  assert.throws(() => reader.doorbell.ring(), ReadOnlyBookError);
  assert.throws(() => new Counters(TEST_COUNTERS, 'reader').attach(reader), ReadOnlyBookError);
});

test('a read-only book gives prices, ticks, readers and counters', (t) => {
  const { writer, reader } = readOnlyBook(t);
  const ticks = reader.ticks();
  const batch = new TickBatch(8);
  writer.update('AAPL', 173.2);
  assert.equal(reader.read('AAPL'), 173.2);
  assert.equal(ticks.read(batch), 1);
  assert.deepEqual(reader.readers(), []);
  assert.equal(reader.counter('writer.written'), 0);
  assert.ok(reader.header.ready);
});
