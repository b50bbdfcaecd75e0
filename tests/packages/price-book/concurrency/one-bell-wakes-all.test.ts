import assert from 'node:assert/strict';
import { test } from 'node:test';
import { yieldCpu } from '../../../../packages/posix/libc.ts';
import { PriceBookWriter } from '../../../../packages/price-book/price-book-writer.ts';
import { liveReaders } from '../../../../packages/price-book/reader-slots.ts';
import { uniqueBook } from '../unique-book.ts';
import { WatchedProcess } from './watched-process.ts';

const TICKS = 3_000;

for (const count of [1, 2, 5])
  test(`every tick wakes each of ${count} processes that sleep without a time-out`, {
    timeout: 120_000,
  }, async (t) => {
    const name = uniqueBook(t);
    const book = new PriceBookWriter(['A'], name, { ringCapacity: 8 });
    t.after(() => book.close());
    const processes = Array.from(
      { length: count },
      (_, i) => new WatchedProcess(t, './sleeping-process.ts', [name, `reader-${i}`, TICKS]),
    );
    for (const one of processes) assert.equal(await one.nextLine(), 'ready');
    for (let tick = 1; tick <= TICKS && !t.signal.aborted; tick++) {
      book.update('A', tick);
      const hasAll = () => liveReaders(book.memory).every(({ cursor }) => cursor >= tick);
      for (let looks = 1; !hasAll() && !t.signal.aborted; looks++) {
        yieldCpu();
        if (looks % 100 === 0) await new Promise(setImmediate); // for the time-out of this test
      }
    }
    for (const one of processes) assert.equal(await one.nextLine(), 'done');
  });
