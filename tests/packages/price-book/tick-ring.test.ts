import assert from 'node:assert/strict';
import { PerformanceObserver } from 'node:perf_hooks';
import { test } from 'node:test';
import type { BookMemory } from '../../../packages/price-book/book-memory.ts';
import { HEADER } from '../../../packages/price-book/layout.ts';
import { MappedMemory } from '../../../packages/price-book/shared-memory/mapped-memory.ts';
import { TickBatch, TickRun } from '../../../packages/price-book/tick-batch.ts';
import { sequenceAt, TickRingReader, TickRingWriter } from '../../../packages/price-book/tick-ring.ts';
import fc from '../../property.ts';
import { memoryWithoutFile } from './unique-book.ts';

const TWO_32 = 2 ** 32;

interface Tick {
  readonly symbol: number;
  readonly price: number;
  readonly sequence: number;
  readonly timeNs: number;
  readonly marketTimeMs: number;
}

/** Negative before 1970. */
const marketTimeOf = (sequence: number) => (sequence - 12) * 86_400_000;

/** A run of ticks whose fields all follow from their numbers. */
function runFrom(firstSequence: number, count: number): TickRun {
  const run = new TickRun(Math.max(count, 1));
  for (let i = 0; i < count; i++) {
    run.symbols[i] = (firstSequence + i) % 7;
    run.prices[i] = (firstSequence + i) / 8;
    run.marketTimesMs[i] = marketTimeOf(firstSequence + i);
  }
  run.count = count;
  run.firstSequence = firstSequence;
  run.timeNs = firstSequence * 3 + 1;
  return run;
}

function ticksOf(batch: TickBatch): Tick[] {
  return Array.from({ length: batch.count }, (_, i) => ({
    symbol: batch.symbols[i],
    price: batch.prices[i],
    sequence: batch.sequences[i],
    timeNs: batch.timesNs[i],
    marketTimeMs: batch.marketTimesMs[i],
  }));
}

function sequencesOf(reader: TickRingReader, capacity = 64): number[] {
  const batch = new TickBatch(capacity);
  reader.read(batch);
  return ticksOf(batch).map((tick) => tick.sequence);
}

function ring(capacity: number): { memory: BookMemory; writer: TickRingWriter; reader: TickRingReader } {
  const memory = memoryWithoutFile(7, capacity);
  return { memory, writer: new TickRingWriter(memory), reader: new TickRingReader(memory) };
}

test('an empty ring gives nothing', () => {
  const { reader, writer } = ring(8);
  assert.deepEqual(sequencesOf(reader), []);
  assert.equal(writer.lastSequence, 0);
  assert.equal(writer.published, 0);
});

test('a reader gets every tick once, in order, with all its fields', () => {
  const { writer, reader } = ring(8);
  writer.append(runFrom(10, 3));
  writer.append(runFrom(13, 1));
  const batch = new TickBatch(64);
  assert.equal(reader.read(batch), 4);
  assert.deepEqual(ticksOf(batch)[1], {
    symbol: 4,
    price: 11 / 8,
    sequence: 11,
    timeNs: 31,
    marketTimeMs: -86_400_000,
  });
  assert.deepEqual(ticksOf(batch)[3], {
    symbol: 6,
    price: 13 / 8,
    sequence: 13,
    timeNs: 40,
    marketTimeMs: 86_400_000,
  });
  assert.equal(reader.read(batch), 0);
  assert.equal(batch.count, 0);
  assert.equal(writer.lastSequence, 13);
});

test('a reader starts at the present end, or at an earlier cursor, never outside of the ring', () => {
  const { memory, writer } = ring(8);
  writer.append(runFrom(1, 5));
  assert.deepEqual(sequencesOf(new TickRingReader(memory)), []);
  assert.deepEqual(sequencesOf(new TickRingReader(memory, 2)), [3, 4, 5]);
  assert.deepEqual(sequencesOf(new TickRingReader(memory, -3)), [1, 2, 3, 4, 5]);
  const ahead = new TickRingReader(memory, 1e9);
  assert.equal(ahead.cursor, 5);
  writer.append(runFrom(6, 1));
  assert.deepEqual(sequencesOf(ahead), [6]);
});

test('the ring goes round at its capacity, to the last slot', () => {
  const { writer, reader } = ring(8);
  for (let first = 1; first < 40; first += 5) {
    writer.append(runFrom(first, 5));
    assert.deepEqual(
      sequencesOf(reader),
      [0, 1, 2, 3, 4].map((i) => first + i),
    );
  }
  writer.append(runFrom(41, 8));
  assert.deepEqual(sequencesOf(reader), [41, 42, 43, 44, 45, 46, 47, 48]);
  assert.equal(reader.lapped, 0);
});

test('a batch that is smaller than what is there is filled, and the rest comes next', () => {
  const { writer, reader } = ring(16);
  writer.append(runFrom(1, 10));
  assert.deepEqual(sequencesOf(reader, 4), [1, 2, 3, 4]);
  assert.deepEqual(sequencesOf(reader, 4), [5, 6, 7, 8]);
  assert.deepEqual(sequencesOf(reader, 4), [9, 10]);
});

test('a reader that is one tick too late is lapped, knows by how many ticks, and continues', () => {
  const { writer, reader } = ring(8);
  writer.append(runFrom(1, 8));
  writer.append(runFrom(9, 1));
  const seen = sequencesOf(reader);
  assert.equal(reader.lapped + seen.length, 9);
  assert.deepEqual(seen, [4, 5, 6, 7, 8, 9], 'it skips the oldest tick and a quarter of the ring');
  assert.equal(reader.lapped, 3);
});

test('a reader that is many rounds behind counts every tick that it missed', () => {
  const { writer, reader } = ring(8);
  for (let first = 1; first <= 1000; first += 4) writer.append(runFrom(first, 4));
  const seen = sequencesOf(reader);
  assert.equal(seen.at(-1), 1000);
  assert.equal(reader.lapped + seen.length, 1000);
});

test('what a writer has announced that it will overwrite is not read any more', () => {
  const { memory, writer, reader } = ring(8);
  writer.append(runFrom(1, 8));
  memory.storeU64(HEADER.at.intent, 11); // a writer that was killed while it wrote the slots of 9, 10 and 11
  assert.deepEqual(sequencesOf(reader), [6, 7, 8]);
  assert.equal(reader.lapped, 5);
});

test("a writer that takes over keeps a dead writer's intent until it has passed it", () => {
  const { memory, writer } = ring(8);
  writer.append(runFrom(1, 8));
  memory.storeU64(HEADER.at.intent, 11);
  const next = new TickRingWriter(memory);
  assert.equal(next.published, 8);
  assert.equal(next.lastSequence, 8);
  next.append(runFrom(9, 1));
  assert.equal(memory.loadU64(HEADER.at.intent), 11);
  next.append(runFrom(10, 3));
  assert.equal(memory.loadU64(HEADER.at.intent), 12);
  assert.deepEqual(sequencesOf(new TickRingReader(memory, 8)), [9, 10, 11, 12]);
});

test('a whole ring that a dead writer was overwriting is skipped', () => {
  const { memory, writer, reader } = ring(8);
  writer.append(runFrom(1, 8));
  memory.storeU64(HEADER.at.intent, 16);
  assert.deepEqual(sequencesOf(reader), []);
  assert.equal(reader.lapped, 8);
});

test('of a run that is longer than the ring a reader gets the end, and counts the rest', () => {
  const { memory, writer, reader } = ring(8);
  writer.append(runFrom(1, 21));
  assert.equal(writer.published, 21);
  assert.equal(writer.lastSequence, 21);
  assert.deepEqual(sequencesOf(new TickRingReader(memory, 13)), [14, 15, 16, 17, 18, 19, 20, 21]);
  const seen = sequencesOf(reader);
  assert.equal(seen.at(-1), 21);
  assert.equal(reader.lapped + seen.length, 21);
});

for (const capacity of [2, 8])
  test(`whenever a writer of a ring of ${capacity} dies, the last tick that it published is intact`, () => {
    const memory = memoryWithoutFile(7, capacity);
    const off: number[] = [];
    const watched = new Proxy(memory.i32, {
      get: (words, key) => Reflect.get(words, key, words),
      set: (words, key, value) => {
        const written = Reflect.set(words, key, value, words);
        const cursor = memory.loadU64(HEADER.at.published);
        if (cursor > 0) off.push(sequenceAt(memory, cursor - 1) - cursor);
        return written;
      },
    });
    const unwatched = new MappedMemory(memory.bytes.buffer); // Atomics take no proxy
    Object.defineProperty(memory, 'i32', { value: watched });
    Object.defineProperty(memory, 'loadU64', { value: (offset: number) => unwatched.loadU64(offset) });
    const writer = new TickRingWriter(memory);
    writer.append(runFrom(1, 1));
    writer.append(runFrom(2, capacity * 3));
    assert.ok(off.length > capacity);
    assert.deepEqual([...new Set(off)], [0]);
  });

test('a writer refuses a ring that published more than its writer announced', () => {
  const memory = memoryWithoutFile(1, 4);
  memory.storeU64(HEADER.at.published, 2);
  memory.storeU64(HEADER.at.intent, 1);
  assert.throws(() => new TickRingWriter(memory), /published more than its writer announced/);
});

test('cursors, sequences and times beyond 2^32 stay exact', () => {
  const { memory } = ring(8);
  memory.storeU64(HEADER.at.published, TWO_32 - 3);
  memory.storeU64(HEADER.at.intent, TWO_32 - 3);
  const writer = new TickRingWriter(memory);
  const reader = new TickRingReader(memory);
  writer.append(runFrom(TWO_32 * 5 - 2, 6));
  const batch = new TickBatch(8);
  assert.equal(reader.read(batch), 6);
  assert.equal(reader.cursor, TWO_32 + 3);
  assert.equal(memory.loadU64(HEADER.at.published), TWO_32 + 3);
  assert.equal(writer.lastSequence, TWO_32 * 5 + 3);
  for (const [i, tick] of ticksOf(batch).entries()) {
    const sequence = TWO_32 * 5 - 2 + i;
    const timeNs = (TWO_32 * 5 - 2) * 3 + 1;
    assert.deepEqual(tick, {
      symbol: sequence % 7,
      price: sequence / 8,
      sequence,
      timeNs,
      marketTimeMs: marketTimeOf(sequence),
    });
  }
});

test('the ring agrees with an array of all ticks, whatever is written and read, and when', () => {
  const step = fc.oneof(
    fc.record({ write: fc.integer({ min: 0, max: 16 }) }),
    fc.record({ read: fc.integer({ min: 1, max: 40 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 2 ** 34 }), (steps, start) => {
      const capacity = 16;
      const { writer, reader } = ring(capacity);
      const all: Tick[] = [];
      for (const next of steps) {
        if ('write' in next) {
          const run = runFrom(start + all.length, next.write);
          for (let i = 0; i < run.count; i++) {
            const sequence = run.firstSequence + i;
            all.push({
              symbol: sequence % 7,
              price: sequence / 8,
              sequence,
              timeNs: run.timeNs,
              marketTimeMs: marketTimeOf(sequence),
            });
          }
          writer.append(run);
          continue;
        }
        const { cursor, lapped } = reader;
        const batch = new TickBatch(next.read);
        const count = reader.read(batch);
        const skipped = reader.lapped - lapped;
        const late = cursor < all.length - capacity;
        assert.equal(reader.cursor, cursor + skipped + count);
        assert.deepEqual(ticksOf(batch), all.slice(cursor + skipped, reader.cursor));
        assert.equal(skipped > 0, late, 'lapped only when the writer came round');
        assert.ok(count === next.read || reader.cursor === all.length, 'as many as there are');
      }
    }),
  );
});

test('reading tick by tick leaves no garbage', { timeout: 60_000 }, async (t) => {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  t.after(() => observer.disconnect());
  const { writer, reader } = ring(8);
  const run = runFrom(1, 1);
  const batch = new TickBatch(1);
  const readMany = (ticks: number) => {
    for (let i = 0; i < ticks; i++) {
      writer.append(run);
      reader.read(batch);
    }
  };
  readMany(100_000); // compiled now
  await new Promise(setImmediate);
  collections = 0;
  readMany(10_000_000); // at one double each, this would be 160 MB
  await new Promise(setImmediate);
  assert.ok(collections <= 1, `${collections} garbage collections`);
});
