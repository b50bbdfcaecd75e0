import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CounterTable } from '../../../packages/price-book/counter-table.ts';
import { Counters, counterReader, processCounts } from '../../../packages/price-book/counters.ts';
import { CounterTableError } from '../../../packages/price-book/errors.ts';
import { COUNTER_SET_VALUES, COUNTER_SETS } from '../../../packages/price-book/layout.ts';
import { TEST_COUNTERS } from './test-counters.ts';
import { memoryWithoutFile } from './unique-book.ts';
import { watchedMemory } from './watched-memory.ts';

/** Above the largest ids that Linux assigns. */
const DEAD = 2 ** 30;
/** Always lives. */
const INIT = 1;

function emptyBook() {
  const memory = memoryWithoutFile(1, 2);
  return {
    memory,
    counter: counterReader(memory, TEST_COUNTERS),
    seen: () =>
      processCounts(memory, TEST_COUNTERS, 'reader').map(
        ({ name, counter }) => `${name} ${counter('reader.seen')}`,
      ),
  };
}

function reader(name: string, pid = process.pid, isMain = false): Counters<'reader.seen' | 'reader.next'> {
  return new Counters(TEST_COUNTERS, 'reader', pid, { name, isMain }) as never;
}

test('processes with different names each have their counters, and the first has those of the table', () => {
  const book = emptyBook();
  const [first, second] = [reader('first'), reader('second', process.ppid)];
  assert.deepEqual([first.attach(book), second.attach(book)], [undefined, undefined]);
  first.add('reader.seen', 5);
  second.add('reader.seen', 7);
  assert.deepEqual(book.seen(), ['first 5', 'second 7']);
  assert.equal(book.counter('reader.seen'), 5);
});

test('a process that returns under its name continues its sums, also in a set', () => {
  const book = emptyBook();
  reader('first').attach(book);
  const killed = reader('second', DEAD);
  killed.attach(book);
  killed.add('reader.seen', 7);
  const returned = reader('second');
  returned.add('reader.seen', 2);
  assert.equal(returned.attach(book), undefined);
  assert.deepEqual(book.seen(), ['first 0', 'second 9']);
});

test('a process that died a moment ago keeps its place from one with another name', () => {
  const book = emptyBook();
  const killed = reader('main', DEAD, true);
  killed.attach(book);
  killed.add('reader.seen', 5);
  const other = reader('other');
  other.attach(book);
  other.add('reader.seen', 100);
  const returned = reader('main', process.ppid, true);
  returned.attach(book);
  assert.deepEqual(book.seen(), ['main 5', 'other 100']);
  assert.equal(book.counter('reader.seen'), 5);
});

test('a main process takes the place of a dead one of another name, and counts from zero', () => {
  const book = emptyBook();
  const killed = reader('old', DEAD);
  killed.attach(book);
  killed.add('reader.seen', 5);
  reader('new', process.pid, true).attach(book);
  assert.deepEqual(book.seen(), ['new 0']);
});

test('a position continues when its process restarts, and goes to another book once', () => {
  const book = emptyBook();
  const killed = reader('first', DEAD);
  killed.set('reader.next', 5);
  killed.attach(book);
  assert.equal(book.counter('reader.next'), 5);
  killed.set('reader.next', 9);
  const returned = reader('first');
  returned.set('reader.next', 100);
  returned.attach(book);
  assert.equal(returned.get('reader.next'), 9);
  const next = emptyBook();
  returned.attach(next);
  assert.equal(next.counter('reader.next'), 9);
});

test('a process that is killed at any store while it takes the place of another leaves no sums of both', () => {
  for (let stores = 0, isDone = false; !isDone; stores++) {
    const book = emptyBook();
    const old = reader('old', DEAD);
    old.attach(book);
    old.add('reader.seen', 5);
    let left = stores;
    const memory = watchedMemory(book.memory, () => assert.ok(left-- > 0, 'killed'));
    const killed = reader('new', DEAD, true);
    killed.add('reader.seen', 70);
    try {
      killed.attach({ memory });
      isDone = true;
    } catch (error) {
      assert.ok(error instanceof assert.AssertionError);
    }
    const next = reader('new', process.pid, true);
    next.attach(book);
    const seen = next.get('reader.seen');
    assert.ok(seen === 70 || (seen === 0 && !isDone), `it counts on from ${seen}`);
  }
});

test('one more process than there are places counts privately, until one of them is dead', () => {
  const book = emptyBook();
  for (let n = 0; n < COUNTER_SETS - 1; n++) reader(`live-${n}`, process.ppid).attach(book);
  const last = reader('last', DEAD);
  last.attach(book);
  last.add('reader.seen', 3);
  assert.equal(book.seen().length, COUNTER_SETS);
  assert.equal(reader('next').attach(book), undefined);
  assert.deepEqual(book.seen().slice(-1), ['next 0']);
  const beyond = reader('beyond', INIT);
  assert.equal(beyond.attach(book) !== undefined, true);
  beyond.add('reader.seen', 1);
  assert.ok(!book.seen().some((text) => text.startsWith('beyond')));
});

test('a table whose process has more counters than a set has values is refused', () => {
  const kinds = ['pid', 'starts', 'heartbeatNs', 'longestLoopNs'].map((name) => `big.${name}`);
  const more = Array.from({ length: COUNTER_SET_VALUES - 3 }, (_, n) => `big.n${n}`);
  const definitions = Object.fromEntries([...kinds, ...more].map((name) => [name, { kind: 'sum' } as const]));
  assert.throws(() => new CounterTable(definitions), CounterTableError);
});
