// A thousand million reads of entries, in two processes, under a writer at full speed in a third: none is torn. That
// reads without the look at the version do tear is shown beside it, on the same book.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { AttachedPriceBook } from '@tickline/price-book';
import { tornUnguarded } from '../packages/price-book/concurrency/consistent-ticks.ts';
import { WatchedProcess } from '../packages/price-book/concurrency/watched-process.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const READS = 1_000_000_000;
const READERS = 2;
const SLICE = 10_000;
const WATCHDOG_MS = 60 * 60_000;

test(`of ${READS} reads under a full-speed writer none is torn`, { timeout: WATCHDOG_MS }, async (t) => {
  const name = uniqueBook(t);
  const writer = new WatchedProcess(t, './writer-process.ts', [name, 4096], WATCHDOG_MS);
  await writer.nextLine();
  const book = new AttachedPriceBook(name);
  let torn = 0;
  while (torn === 0 && !t.signal.aborted) {
    torn += tornUnguarded(book, SLICE);
    await setImmediate();
  }
  assert.ok(torn > 0, 'the control: unguarded reads tear');

  const from = book.entry('A').updates;
  const readers = Array.from(
    { length: READERS },
    () => new WatchedProcess(t, './reader-process.ts', [name, READS / READERS], WATCHDOG_MS),
  );
  const answers = await Promise.all(readers.map((reader) => reader.nextLine()));
  assert.deepEqual(answers, Array(READERS).fill({ torn: 0 }));
  const updates = book.entry('A').updates - from;
  assert.ok(updates > READS / 1_000, 'the book was written all the time');
  t.diagnostic(`${READS} reads, 0 torn, while entry A was written ${updates} times; unguarded ones tore`);
});
