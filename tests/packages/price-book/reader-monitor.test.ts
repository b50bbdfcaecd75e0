import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BookMemory } from '../../../packages/price-book/book-memory.ts';
import { HEADER, READER_SLOT } from '../../../packages/price-book/layout.ts';
import { ReaderMonitor } from '../../../packages/price-book/reader-monitor.ts';
import { claimReaderSlot } from '../../../packages/price-book/reader-slots.ts';
import fc from '../../property.ts';
import { letClockMove } from './ticks.ts';
import { memoryWithoutFile } from './unique-book.ts';

const CAPACITY = 1024;
const PATIENT_MS = 3_600_000;

function publish(memory: BookMemory, ticks: number): void {
  memory.storeU64(HEADER.at.published, ticks);
}

/** Makes it so that the process which holds the slot is `pid`. */
function handTo(memory: BookMemory, slot: number, pid: number): void {
  memory.i32[(memory.shape.readerOffset + slot * READER_SLOT.bytes + READER_SLOT.at.pid) >> 2] = pid;
}

test('without readers the whole ring is free', () => {
  const memory = memoryWithoutFile(1, CAPACITY);
  publish(memory, 5_000);
  assert.equal(new ReaderMonitor({ memory }, PATIENT_MS).room(), CAPACITY);
});

test('the room is what the slowest reader leaves', () => {
  const cursors = fc.array(fc.integer({ min: 0, max: 2 * CAPACITY }), { minLength: 1, maxLength: 32 });
  fc.assert(
    fc.property(cursors, fc.constantFrom(0, 2 ** 32, 2 ** 45), (behind, base) => {
      const memory = memoryWithoutFile(1, CAPACITY);
      const published = base + 2 * CAPACITY;
      publish(memory, published);
      for (const ticks of behind) claimReaderSlot(memory, 'reader', published - ticks);
      assert.equal(new ReaderMonitor({ memory }, PATIENT_MS).room(), CAPACITY - Math.max(...behind));
    }),
  );
});

test('a dead reader keeps its room until it is evicted', () => {
  const memory = memoryWithoutFile(1, CAPACITY);
  publish(memory, 100);
  claimReaderSlot(memory, 'dead', 40);
  handTo(memory, 0, 2 ** 30);
  const watch = new ReaderMonitor({ memory }, 0);
  assert.equal(watch.room(), CAPACITY - 60);
  assert.deepEqual(watch.evictStalled(), [], 'at first sight it has just moved');
  letClockMove();
  assert.deepEqual(watch.evictStalled(), [{ pid: 2 ** 30, name: 'dead', behind: 60 }]);
  assert.equal(watch.room(), CAPACITY);
  letClockMove();
  assert.deepEqual(watch.evictStalled(), [], 'once');
});

test('a reader that makes progress, however slowly, is not evicted', () => {
  const memory = memoryWithoutFile(1, CAPACITY);
  publish(memory, 2 ** 33);
  const slot = claimReaderSlot(memory, 'slow', 2 ** 33 - 500);
  const watch = new ReaderMonitor({ memory }, 0);
  for (let i = 1; i <= 20; i++) {
    letClockMove();
    slot.advance(2 ** 33 - 500 + i, 0);
    assert.deepEqual(watch.evictStalled(), []);
  }
  letClockMove();
  assert.deepEqual(watch.evictStalled(), [{ pid: process.pid, name: 'slow', behind: 480 }]);
});

test('a reader with nothing to read is not evicted, and its time starts with the next tick', () => {
  const memory = memoryWithoutFile(1, CAPACITY);
  publish(memory, 100);
  claimReaderSlot(memory, 'idle', 100);
  const watch = new ReaderMonitor({ memory }, PATIENT_MS);
  const hasty = new ReaderMonitor({ memory }, 0);
  for (let i = 0; i < 3; i++) {
    letClockMove();
    assert.deepEqual([...watch.evictStalled(), ...hasty.evictStalled()], []);
  }
  publish(memory, 101);
  letClockMove();
  assert.deepEqual(watch.evictStalled(), []);
  assert.equal(hasty.evictStalled().length, 1);
});

test('a new process in the same slot has its own time', () => {
  const memory = memoryWithoutFile(1, CAPACITY);
  publish(memory, 100);
  claimReaderSlot(memory, 'first', 50);
  const watch = new ReaderMonitor({ memory }, 0);
  watch.evictStalled();
  handTo(memory, 0, process.pid + 1);
  letClockMove();
  assert.deepEqual(watch.evictStalled(), []);
});

test('an evicted reader can neither move nor release the slot of its new holder', () => {
  const memory = memoryWithoutFile(1, CAPACITY);
  publish(memory, 100);
  const slot = claimReaderSlot(memory, 'first', 50);
  handTo(memory, 0, process.pid + 1);
  assert.equal(slot.held, false);
  slot.advance(99, 0);
  slot.release();
  assert.equal(new ReaderMonitor({ memory }, PATIENT_MS).room(), CAPACITY - 50);
});

test('a required reader that stalls keeps its slot, and is reported once per stall', () => {
  const memory = memoryWithoutFile(1, CAPACITY);
  publish(memory, 100);
  const slot = claimReaderSlot(memory, 'strategy', 40, { required: true });
  const watch = new ReaderMonitor({ memory }, 0);
  const stalled = () => {
    letClockMove();
    return [watch.evictStalled(), watch.takeAwaited()];
  };
  stalled();
  assert.deepEqual(stalled(), [[], [{ pid: process.pid, name: 'strategy', behind: 60 }]]);
  assert.deepEqual(stalled(), [[], []]);
  assert.equal(watch.room(), CAPACITY - 60);
  slot.advance(50, 0);
  stalled();
  assert.deepEqual(stalled(), [[], [{ pid: process.pid, name: 'strategy', behind: 50 }]]);
});
