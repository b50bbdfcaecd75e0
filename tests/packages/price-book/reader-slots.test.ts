import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { BookMemory } from '../../../packages/price-book/book-memory.ts';
import { NoReaderSlotError } from '../../../packages/price-book/errors.ts';
import { READER_CAPACITY, READER_SLOT } from '../../../packages/price-book/layout.ts';
import { claimReaderSlot, liveReaders } from '../../../packages/price-book/reader-slots.ts';
import { memoryWithoutFile } from './unique-book.ts';
import { watchedMemory } from './watched-memory.ts';

/** The number of a process that ran and has ended. */
function deadPid(): number {
  const { pid } = spawnSync(process.execPath, ['--version'], { timeout: 60_000 });
  return pid;
}

/** Makes it so that the process which holds the slot is `pid`. */
function handTo(memory: BookMemory, slot: number, pid: number): void {
  memory.i32[(memory.shape.readerOffset + slot * READER_SLOT.bytes + READER_SLOT.at.pid) >> 2] = pid;
}

function pidsOf(memory: BookMemory): number[] {
  return liveReaders(memory).map((reader) => reader.pid);
}

test('a claimed slot shows the reader and its cursor', () => {
  const memory = memoryWithoutFile(1, 2);
  const slot = claimReaderSlot(memory, 'strategy', 17);
  assert.equal(slot.inheritedCursor, undefined);
  const [claimed] = liveReaders(memory);
  assert.deepEqual(
    { ...claimed, heartbeatNs: 0 },
    {
      pid: process.pid,
      name: 'strategy',
      cursor: 17,
      heartbeatNs: 0,
      lapped: 0,
      required: false,
    },
  );
  slot.advance(2 ** 33 + 1, 4);
  const [advanced] = liveReaders(memory);
  assert.equal(advanced?.cursor, 2 ** 33 + 1);
  assert.equal(advanced?.lapped, 4);
});

test('a heartbeat never goes back', () => {
  const memory = memoryWithoutFile(1, 2);
  const slot = claimReaderSlot(memory, 'strategy', 0);
  const before = liveReaders(memory)[0]?.heartbeatNs ?? Number.NaN;
  slot.beat();
  assert.ok((liveReaders(memory)[0]?.heartbeatNs ?? Number.NaN) >= before);
});

test('a released slot is free, and its cursor is not inherited', () => {
  const memory = memoryWithoutFile(1, 2);
  claimReaderSlot(memory, 'strategy', 17).release();
  assert.deepEqual(liveReaders(memory), []);
  const next = claimReaderSlot(memory, 'strategy', 99);
  assert.equal(next.inheritedCursor, undefined);
  assert.equal(liveReaders(memory)[0]?.cursor, 99);
});

test('a reader that restarts inherits the cursor of the dead reader of its name', () => {
  const memory = memoryWithoutFile(1, 2);
  claimReaderSlot(memory, 'other', 5);
  claimReaderSlot(memory, 'strategy', 17);
  handTo(memory, 0, deadPid());
  handTo(memory, 1, deadPid());
  assert.deepEqual(liveReaders(memory), [], 'the dead are not shown');
  const back = claimReaderSlot(memory, 'strategy', 99);
  assert.equal(back.inheritedCursor, 17);
  assert.deepEqual(
    liveReaders(memory).map(({ name, cursor }) => [name, cursor]),
    [['strategy', 17]],
  );
});

test('a dead reader of another name leaves its slot, but not its cursor', () => {
  const memory = memoryWithoutFile(1, 2);
  claimReaderSlot(memory, 'other', 17);
  handTo(memory, 0, deadPid());
  const slot = claimReaderSlot(memory, 'strategy', 99);
  assert.equal(slot.inheritedCursor, undefined);
  assert.equal(liveReaders(memory)[0]?.cursor, 99);
});

test('two live readers of one name have separate slots', () => {
  const memory = memoryWithoutFile(1, 2);
  claimReaderSlot(memory, 'strategy', 1);
  claimReaderSlot(memory, 'strategy', 2);
  assert.deepEqual(
    liveReaders(memory).map((reader) => reader.cursor),
    [1, 2],
  );
});

test('a name that is too long is cut off, and still recognized after a restart', () => {
  const memory = memoryWithoutFile(1, 2);
  const name = 'a-strategy-whose-name-has-more-than-32-letters';
  claimReaderSlot(memory, name, 17);
  handTo(memory, 0, deadPid());
  assert.equal(claimReaderSlot(memory, name, 99).inheritedCursor, 17);
});

test('if live readers hold all slots, the next reader is refused until one of them dies', () => {
  const memory = memoryWithoutFile(1, 2);
  for (let i = 0; i < READER_CAPACITY; i++) claimReaderSlot(memory, `reader-${i}`, i);
  assert.equal(pidsOf(memory).length, READER_CAPACITY);
  assert.throws(() => claimReaderSlot(memory, 'late', 0), NoReaderSlotError);
  assert.throws(() => claimReaderSlot(memory, 'late', 0), { message: /all 32 reader slots/ });
  handTo(memory, 20, deadPid());
  claimReaderSlot(memory, 'late', 0);
  assert.equal(liveReaders(memory)[20]?.name, 'late');
});

test('a reader that does not inherit starts at the cursor that it asks for', () => {
  const memory = memoryWithoutFile(1, 2);
  claimReaderSlot(memory, 'strategy', 17, { required: true });
  handTo(memory, 0, deadPid());
  const slot = claimReaderSlot(memory, 'strategy', 3, { required: true, inherits: false });
  assert.deepEqual([slot.startCursor, slot.inheritedCursor], [3, undefined]);
  assert.deepEqual(
    liveReaders(memory).map(({ cursor, required }) => [cursor, required]),
    [[3, true]],
  );
});

test('a new reader takes a free slot before that of a dead one, which may come back', () => {
  const memory = memoryWithoutFile(1, 2);
  claimReaderSlot(memory, 'strategy', 17);
  handTo(memory, 0, deadPid());
  claimReaderSlot(memory, 'other', 0);
  assert.equal(claimReaderSlot(memory, 'strategy', 99).inheritedCursor, 17);
});

test('nobody inherits the cursor of a reader that was killed at any store while it claimed a slot', () => {
  const dead = deadPid();
  for (let stores = 0, isDone = false; !isDone; stores++) {
    const memory = memoryWithoutFile(1, 2);
    for (let slot = 0; slot < READER_CAPACITY; slot++) claimReaderSlot(memory, 'old', 17);
    handTo(memory, 0, dead);
    let left = stores;
    const watched = watchedMemory(memory, () => assert.ok(left-- > 0, 'killed'));
    try {
      claimReaderSlot(watched, 'new', 99);
      isDone = true;
    } catch (error) {
      assert.ok(error instanceof assert.AssertionError);
    }
    handTo(memory, 0, dead);
    const { inheritedCursor } = claimReaderSlot(memory, 'old', 50);
    assert.ok(inheritedCursor === 17 || inheritedCursor === undefined, `it inherits ${inheritedCursor}`);
  }
});
