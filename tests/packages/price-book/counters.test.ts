import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BookMemory } from '../../../packages/price-book/book-memory.ts';
import {
  Counters,
  counterReader,
  labelCounters,
  processCounts,
} from '../../../packages/price-book/counters.ts';
import { COUNTER_CAPACITY, COUNTER_LABEL_BYTES, COUNTER_LINE } from '../../../packages/price-book/layout.ts';
import { TEST_COUNTERS } from './test-counters.ts';
import { memoryWithoutFile } from './unique-book.ts';

/** No process has this id: it is above the largest that Linux assigns. */
const DEAD = 2 ** 30;

function emptyBook(inode = 0) {
  const memory: BookMemory = memoryWithoutFile(1, 2, inode);
  return { memory, counter: counterReader(memory, TEST_COUNTERS) };
}

test('a process counts before it has a book, and adds its sums to the book', () => {
  const book = emptyBook();
  const counters = new Counters(TEST_COUNTERS, 'writer');
  counters.add('writer.written', 5);
  counters.add('writer.written');
  assert.equal(counters.get('writer.written'), 6);
  assert.equal(book.counter('writer.written'), 0);
  counters.attach(book);
  counters.add('writer.written', 4);
  assert.equal(book.counter('writer.written'), 10);
  assert.equal(counters.get('writer.written'), 10);
});

test('a process that restarts continues its sums and restarts its gauges', () => {
  const book = emptyBook();
  const first = new Counters(TEST_COUNTERS, 'writer', DEAD);
  first.attach(book);
  first.add('writer.written', 10);
  first.set('writer.clients', 3);
  const second = new Counters(TEST_COUNTERS, 'writer');
  second.add('writer.written', 2);
  second.attach(book);
  assert.equal(book.counter('writer.written'), 12);
  assert.equal(book.counter('writer.clients'), 0);
  assert.equal(book.counter('writer.pid'), process.pid);
  assert.equal(book.counter('writer.starts'), 2);
});

test('a start counts once, however many books the process attaches to', () => {
  const counters = new Counters(TEST_COUNTERS, 'reader');
  counters.attach(emptyBook());
  const next = emptyBook();
  counters.attach(next);
  assert.equal(next.counter('reader.starts'), 1);
});

test('a second live process of the same kind counts privately', () => {
  const book = emptyBook();
  const first = new Counters(TEST_COUNTERS, 'reader', process.ppid);
  assert.equal(first.attach(book), undefined);
  first.add('reader.seen', 5);
  const second = new Counters(TEST_COUNTERS, 'reader');
  assert.equal(second.attach(book), process.ppid);
  second.add('reader.seen', 100);
  assert.equal(book.counter('reader.seen'), 5);
  assert.equal(book.counter('reader.pid'), process.ppid);
  assert.equal(book.counter('reader.starts'), 1);
  assert.equal(second.get('reader.seen'), 100);
});

test('a heartbeat carries the longest event-loop iteration', () => {
  const book = emptyBook();
  const counters = new Counters(TEST_COUNTERS, 'writer');
  counters.attach(book);
  counters.beat(1_500);
  assert.equal(book.counter('writer.longestLoopNs'), 1_500);
  assert.ok(book.counter('writer.heartbeatNs') > 0);
});

test('a process keeps its sums when it moves to another book', () => {
  const counters = new Counters(TEST_COUNTERS, 'reader');
  counters.attach(emptyBook());
  counters.add('reader.seen', 7);
  const next = emptyBook();
  counters.attach(next);
  assert.equal(next.counter('reader.seen'), 7);
});

test('a process that detaches keeps its values and counts privately', () => {
  const book = emptyBook();
  const counters = new Counters(TEST_COUNTERS, 'writer');
  counters.attach(book);
  counters.add('writer.written', 7);
  counters.set('writer.clients', 3);
  counters.detach();
  counters.add('writer.written');
  assert.equal(counters.get('writer.written'), 8);
  assert.equal(counters.get('writer.clients'), 3);
  assert.equal(book.counter('writer.written'), 7);
  counters.attach(book);
  assert.equal(book.counter('writer.written'), 8, 'the book had 7 of them from this process');
});

test('a process whose book is cut or overwritten takes every count to the next book', () => {
  for (const fill of [0, 0xff, 0x41]) {
    const book = emptyBook();
    const counters = new Counters(TEST_COUNTERS, 'writer');
    counters.attach(book);
    counters.add('writer.written', 7);
    counters.set('writer.clients', 3);
    counters.beat(0);
    counters.add('writer.written');
    book.memory.bytes.fill(fill);
    counters.add('writer.written');
    counters.detach();
    const next = emptyBook();
    counters.attach(next);
    assert.deepEqual([next.counter('writer.written'), next.counter('writer.clients')], [9, 3]);
  }
});

test('a process that restarts continues its sums where their book was removed', () => {
  const kept = new Float64Array(16);
  const process = (pid: number) => new Counters(TEST_COUNTERS, 'writer', pid, undefined, kept);
  const first = process(DEAD);
  first.add('writer.written', 2);
  first.attach(emptyBook(1));
  first.add('writer.written', 5);
  first.set('writer.clients', 3);
  process(DEAD - 1).beat(0); // dies before it has a book
  const next = emptyBook(2);
  process(DEAD - 2).attach(next);
  assert.deepEqual(
    ['writer.written', 'writer.clients', 'writer.starts'].map((name) => next.counter(name as never)),
    [7, 0, 2],
  );
  process(DEAD - 3).attach(next);
  assert.equal(next.counter('writer.written'), 7, 'this book has them');
  const third = emptyBook(3);
  process(DEAD - 4).attach(third);
  assert.equal(third.counter('writer.written'), 7);
});

test("attaching does not change other processes' counters", () => {
  const book = emptyBook();
  const writer = new Counters(TEST_COUNTERS, 'writer');
  writer.attach(book);
  writer.set('writer.clients', 100);
  new Counters(TEST_COUNTERS, 'reader').attach(book);
  assert.equal(book.counter('writer.clients'), 100);
});

test('every counter has its own line, with its id and label', () => {
  const book = emptyBook();
  const { memory } = book;
  labelCounters(memory, TEST_COUNTERS);
  const { names } = TEST_COUNTERS;
  for (const owner of ['writer', 'reader'] as const) {
    const counters = new Counters(TEST_COUNTERS, owner);
    counters.attach(book);
    for (const name of TEST_COUNTERS.namesOf(owner)) counters.set(name, 1000 + names.indexOf(name));
  }
  for (let id = 0; id < COUNTER_CAPACITY; id++) {
    const line = memory.shape.counterOffset + id * COUNTER_LINE.bytes;
    const label = memory.readText(line + COUNTER_LINE.at.label, COUNTER_LABEL_BYTES);
    assert.equal(label, names[id] ?? '');
    assert.equal(memory.loadU32(line + COUNTER_LINE.at.id), id < names.length ? id : 0);
    assert.equal(memory.f64[(line + COUNTER_LINE.at.value) >> 3], id < names.length ? 1000 + id : 0);
  }
});

test('a process that attaches has a heartbeat immediately', () => {
  const book = emptyBook();
  new Counters(TEST_COUNTERS, 'writer').attach(book);
  assert.ok(book.counter('writer.heartbeatNs') > 0);
});

test('noise over the counters is gone with the next beat: process, name, sums and gauges are as at the last one', () => {
  const book = emptyBook();
  const { memory } = book;
  const counters = new Counters(TEST_COUNTERS, 'writer');
  const named = new Counters(TEST_COUNTERS, 'reader', process.pid, { name: 'one', isMain: true });
  for (const each of [counters, named]) each.attach(book);
  counters.add('writer.written', 5);
  counters.set('writer.clients', 3);
  for (const each of [counters, named]) each.beat(1);
  for (const fill of [0xff, 0x41, 0]) {
    memory.bytes.fill(fill, memory.shape.counterOffset, memory.shape.symbolOffset);
    for (const each of [counters, named]) each.beat(1);
    assert.equal(book.counter('writer.pid'), process.pid);
    assert.deepEqual([book.counter('writer.written'), book.counter('writer.clients')], [5, 3]);
    assert.equal(processCounts(memory, TEST_COUNTERS, 'reader')[0]?.name, 'one');
  }
});

test('a process whose place another one claimed after noise counts on privately', () => {
  const book = emptyBook();
  const [first, second] = [process.pid, process.ppid].map(
    (pid) => new Counters(TEST_COUNTERS, 'writer', pid),
  );
  first?.attach(book);
  first?.add('writer.written', 5);
  first?.beat(1);
  book.memory.bytes.fill(0, book.memory.shape.counterOffset, book.memory.shape.symbolOffset);
  assert.equal(second?.attach(book), undefined);
  first?.beat(1);
  second?.beat(1);
  assert.deepEqual([first?.get('writer.written'), book.counter('writer.pid')], [5, process.ppid]);
});
