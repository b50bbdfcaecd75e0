// The writer is killed at any moment; the next one continues where it stopped, and readers notice only a pause.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { nowNs } from '../../../../packages/posix/clock.ts';
import { AttachedPriceBook } from '../../../../packages/price-book/attached-price-book.ts';
import { bookFiles, bookPath } from '../../../../packages/price-book/book-file.ts';
import { BookInUseError, BookNotFoundError } from '../../../../packages/price-book/errors.ts';
import { EntryStatus, HEADER, TABLE_ENTRY } from '../../../../packages/price-book/layout.ts';
import { PriceBookWriter } from '../../../../packages/price-book/price-book-writer.ts';
import { uniqueBook } from '../unique-book.ts';
import { emptyRun, isOneTick, RingFollower, RUN_TICKS, SYMBOLS, writeNext } from './consistent-ticks.ts';
import { WatchedProcess } from './watched-process.ts';

const WATCHDOG = { timeout: 60_000 };
const KILLS = 8;
const LIFE_NS_MAX = 30e6;
const RING_CAPACITY = 1024;
const STARTS = 60;

function versionAt(book: AttachedPriceBook, index: number): number {
  return book.memory.shape.tableOffset + index * TABLE_ENTRY.bytes + TABLE_ENTRY.at.version;
}

function oddEntries(book: AttachedPriceBook): number {
  return SYMBOLS.filter((_, index) => book.memory.loadU32(versionAt(book, index)) % 2 === 1).length;
}

/** What must hold of a book whose writer died, whenever that was. */
function assertWhole(book: AttachedPriceBook): void {
  const published = book.memory.loadU64(HEADER.at.published);
  const intent = book.memory.loadU64(HEADER.at.intent);
  const mayBeOnTheWay = published % RUN_TICKS === 0 ? [0, 1, RUN_TICKS] : [0, 1]; // a run is published as one
  assert.ok(mayBeOnTheWay.includes(intent - published), `intent ${intent}, published ${published}`);
  assert.deepEqual(book.symbols, SYMBOLS);
}

/** Every entry can be read; what is live is one tick, what was half written is stale. */
function assertReadable(book: AttachedPriceBook): void {
  for (const [index, symbol] of SYMBOLS.entries()) {
    const { status, sequence, price, timeNs } = book.entry(symbol);
    if (status === EntryStatus.LIVE) assert.ok(isOneTick(index, sequence, price, timeNs), symbol);
  }
}

test('a book whose writer is killed at any moment is taken over whole', WATCHDOG, async (t) => {
  const name = uniqueBook(t);
  let writer = new WatchedProcess(t, './writer-process.ts', [name, RING_CAPACITY]);
  assert.deepEqual(await writer.nextLine(), { takenOver: false, repairedEntries: 0, epoch: 1 });
  const { ino } = fs.statSync(bookPath(name));
  const book = new AttachedPriceBook(name);
  const follower = new RingFollower(book);
  let repaired = 0;

  for (let kill = 1; kill <= KILLS; kill++) {
    const endNs = nowNs() + Math.random() * LIFE_NS_MAX;
    while (nowNs() < endNs) follower.step();
    await writer.kill();
    assertWhole(book);
    const odd = oddEntries(book);
    repaired += odd;
    writer = new WatchedProcess(t, './writer-process.ts', [name, RING_CAPACITY]);
    assert.deepEqual(await writer.nextLine(), { takenOver: true, repairedEntries: odd, epoch: kill + 1 });
    assertReadable(book);
  }

  await writer.kill();
  const published = book.ticks().cursor;
  while (follower.step() > 0);
  assert.equal(follower.wrong, 0);
  assert.equal(follower.seen + follower.ticks.lapped, published);
  assert.equal(fs.statSync(bookPath(name)).ino, ino);
  t.diagnostic(`${KILLS} kills, ${repaired} entries left odd, ${published} ticks, ${follower.seen} seen`);
});

test('an attached reader continues when another writer takes over', WATCHDOG, async (t) => {
  const name = uniqueBook(t);
  const writer = new WatchedProcess(t, './writer-process.ts', [name, RING_CAPACITY]);
  await writer.nextLine();
  const reader = new AttachedPriceBook(name, { readOnly: false });
  assert.throws(() => new PriceBookWriter(SYMBOLS, name), BookInUseError);
  while (reader.ticks().cursor === 0 && !t.signal.aborted) await setImmediate();
  await writer.kill();
  for (const index of [2, 5]) reader.memory.storeU32(versionAt(reader, index), 77); // as if it died in them
  const odd = oddEntries(reader);
  const before = reader.header.heartbeatNs;
  const book = new PriceBookWriter([...SYMBOLS], name);
  t.after(() => book.close());
  assert.equal(book.takenOver, true);
  assert.equal(book.memory.shape.ringCapacity, RING_CAPACITY, 'a book that is taken over keeps its size');
  assert.deepEqual(
    [reader.header.epoch, reader.header.writerPid, reader.header.ready],
    [2, process.pid, true],
  );
  assert.ok(reader.header.heartbeatNs > before);
  assert.equal(book.repairedEntries, odd);
  assert.equal(oddEntries(reader), 0);
  assert.equal(reader.entry('C').status, EntryStatus.STALE);
  const ticks = reader.ticks();
  const follower = new RingFollower(reader);
  const run = emptyRun();
  const count = writeNext(book, run, false) + writeNext(book, run, false);
  assert.equal(ticks.published - ticks.cursor, count);
  while (follower.step() > 0);
  assert.equal(follower.ticks.cursor, ticks.published);
  assert.equal(follower.wrong, 0);
  assertReadable(reader);
  assert.equal(reader.entry('C').status, EntryStatus.LIVE);
  assert.equal(reader.replaced, false);
});

test('of two writers that start at the same time exactly one gets the book', WATCHDOG, async (t) => {
  const name = uniqueBook(t);
  leaveBooks(name);
  const args = [name, STARTS];
  const both = [
    new WatchedProcess(t, './starting-process.ts', args),
    new WatchedProcess(t, './starting-process.ts', args),
  ];
  for (const process of both) assert.equal(await process.nextLine(), 'ready');
  const startNs = nowNs() + 5e6;
  for (const process of both) process.send(`${startNs}`);
  const [one, other] = (await Promise.all(both.map((process) => process.nextLine()))) as [string[], string[]];
  for (let round = 0; round < STARTS; round++) {
    const got = round % 2 === 0 ? 'made' : 'taken over';
    assert.deepEqual([one[round], other[round]].sort(), ['BookInUseError', got], `round ${round}`);
  }
  const wins = one.filter((result) => result !== 'BookInUseError').length;
  t.diagnostic(`${wins} of ${STARTS} went to the first`);
});

/** Every second book exists already, as a dead writer leaves it: a copy of a book has no lock. */
function leaveBooks(name: string): void {
  const book = new PriceBookWriter(['A'], `${name}.left`, { symbolCapacity: 4, ringCapacity: 8 });
  for (let round = 1; round < STARTS; round += 2) {
    fs.copyFileSync(bookPath(`${name}.left`), bookPath(`${name}.${round}`));
  }
  book.close();
}

test('a writer killed before its book has a name leaves no half book', WATCHDOG, async (t) => {
  const name = uniqueBook(t);
  assert.equal(await dies(t, name, 'before'), 'SIGKILL');
  assert.equal(fs.existsSync(bookPath(name)), false);
  assert.throws(() => new AttachedPriceBook(name), BookNotFoundError);
  const book = new PriceBookWriter(['A'], name, { ringCapacity: 8 });
  assert.deepEqual([book.takenOver, book.header.epoch], [false, 1]);
  book.close();
  assert.equal(fs.existsSync(bookPath(name)), false);
});

test('a book whose writer is killed as it names it is taken over', WATCHDOG, async (t) => {
  const name = uniqueBook(t);
  assert.equal(await dies(t, name, 'after'), 'SIGKILL');
  const reader = new AttachedPriceBook(name);
  assert.deepEqual([reader.header.ready, reader.header.writerPid, reader.symbols], [false, 0, []]);
  const book = new PriceBookWriter(['A'], name);
  assert.deepEqual([book.takenOver, book.header.epoch, reader.header.ready], [true, 1, true]);
  book.close();
  assert.equal(bookFiles(name).includes(bookPath(name)), false);
});

async function dies(t: TestContext, name: string, moment: 'before' | 'after'): Promise<unknown> {
  const process = new WatchedProcess(t, './dying-process.ts', [name, moment]);
  return process.exitSignal();
}
