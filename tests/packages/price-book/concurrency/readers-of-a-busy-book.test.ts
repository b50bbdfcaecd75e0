// One process writes at full speed and others read: no reader sees half a tick.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { AttachedPriceBook } from '../../../../packages/price-book/attached-price-book.ts';
import { BookInUseError } from '../../../../packages/price-book/errors.ts';
import { PriceBookWriter } from '../../../../packages/price-book/price-book-writer.ts';
import { uniqueBook } from '../unique-book.ts';
import { RingFollower, RUN_TICKS, SYMBOLS, tornEntries, tornUnguarded } from './consistent-ticks.ts';
import { WatchedProcess } from './watched-process.ts';

const WATCHDOG = { timeout: 60_000 };
const READS = 1_000_000;
const SLICE = 10_000;

async function busyBook(t: TestContext, ringCapacity = 4096): Promise<AttachedPriceBook> {
  const name = uniqueBook(t);
  const writer = new WatchedProcess(t, './writer-process.ts', [name, ringCapacity]);
  await writer.nextLine();
  return new AttachedPriceBook(name);
}

test('no entry is torn, for a reader in this process and one in another', WATCHDOG, async (t) => {
  const book = await busyBook(t);
  const name = book.memory.path.replace(/.*tickline-/, '');
  const other = new WatchedProcess(t, './reader-process.ts', [name, READS]);
  const from = book.entry('A').updates;
  let torn = tornEntries(book, READS);
  while (book.entry('A').updates - from <= 1000 && !t.signal.aborted) {
    torn += tornEntries(book, SLICE);
    await setImmediate();
  }
  assert.equal(torn, 0);
  assert.deepEqual(await other.nextLine(), { torn: 0 });
  assert.ok(book.entry('A').updates - from > 1000, 'the book was written all the time');
});

test('the same reads do tear if the version is not checked', WATCHDOG, async (t) => {
  const book = await busyBook(t);
  let torn = 0;
  while (torn === 0 && !t.signal.aborted) {
    torn += tornUnguarded(book, SLICE);
    await setImmediate(); // lets the watchdog end a loop that never finds one
  }
  assert.ok(torn > 0);
});

test('a reader that only polls one price sees it change', WATCHDOG, async (t) => {
  const book = await busyBook(t);
  let changes = 0;
  while (changes < 1000 && !t.signal.aborted) {
    changes += changesOfPrice(book, SLICE);
    await setImmediate(); // lets the watchdog end a loop that never sees one
  }
  assert.ok(changes >= 1000);
});

/** How often the first price changed from one read to the next. */
function changesOfPrice({ table }: AttachedPriceBook, reads: number): number {
  let changes = 0;
  let last = table.priceAt(0);
  for (let read = 0; read < reads; read++) {
    const price = table.priceAt(0);
    if (price !== last) changes++;
    last = price;
  }
  return changes;
}

test('an entry whose fields are of two ticks counts as torn', (t) => {
  const name = uniqueBook(t);
  const writer = new PriceBookWriter(SYMBOLS, name, { ringCapacity: 8 });
  t.after(() => writer.close());
  writer.update('A', 17);
  assert.equal(tornEntries(new AttachedPriceBook(name), SYMBOLS.length), 1);
});

for (const { ringCapacity, ticks } of [
  { ringCapacity: 65_536, ticks: 200_000 * RUN_TICKS },
  { ringCapacity: 256, ticks: 200_000 * RUN_TICKS },
]) {
  const title = `of a ring of ${ringCapacity} every tick is seen in order or counted as lapped`;
  test(title, WATCHDOG, async (t) => {
    const name = uniqueBook(t);
    const writer = new WatchedProcess(t, './writer-process.ts', [name, ringCapacity, ticks]);
    await writer.nextLine();
    const follower = new RingFollower(new AttachedPriceBook(name));
    for (let steps = 1; follower.ticks.cursor < ticks && !t.signal.aborted; steps++) {
      follower.step();
      if (steps % 1000 === 0) await setImmediate();
    }
    assert.equal(follower.wrong, 0);
    assert.equal(follower.seen + follower.ticks.lapped, ticks);
    assert.equal(follower.step(), 0);
    t.diagnostic(`${follower.seen} seen, ${follower.ticks.lapped} lapped`);
    await writer.closeInput();
  });
}

test('a second writer in another process is refused while the first one lives', WATCHDOG, async (t) => {
  const name = uniqueBook(t);
  const writer = new WatchedProcess(t, './writer-process.ts', [name, 4096]);
  await writer.nextLine();
  assert.throws(() => new PriceBookWriter(SYMBOLS, name), BookInUseError);
  assert.throws(() => new PriceBookWriter(SYMBOLS, name), {
    message: new RegExp(`by process ${writer.pid}:`),
  });
});
