import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INDICATORS_MAX } from '../../src/domain/strategies/indicators.ts';
import { SIGNAL_FILE_BYTES } from '../../src/signal-file/layout.ts';
import {
  emptyRow,
  type PublishedRow,
  readRow,
  rowVersion,
  SignalMemory,
  writeRow,
} from '../../src/signal-file/signal-memory.ts';
import fc from '../property.ts';

const ATTEMPTS = 3;
const ROW = 7;
/** Of writeRow(): the version twice, the time, the signal and the values. */
const STORES = 4 + INDICATORS_MAX;

class WriterStopped extends Error {}

/** Memory whose writer is stopped, or does something else, before one of its stores. */
class StoppableMemory extends SignalMemory {
  storesLeft = Number.POSITIVE_INFINITY;
  onStore = () => {};

  override storeU32(offset: number, value: number): void {
    this.#step();
    super.storeU32(offset, value);
  }

  override storeU64(offset: number, value: number): void {
    this.#step();
    super.storeU64(offset, value);
  }

  override setF64(offset: number, value: number): void {
    this.#step();
    super.setF64(offset, value);
  }

  #step(): void {
    if (this.storesLeft-- === 0) throw new WriterStopped();
    this.onStore();
  }
}

/** Memory whose reader is interrupted by a writer once it has read the version. */
class InterruptedMemory extends SignalMemory {
  interrupt = () => {};

  override loadU64(offset: number): number {
    this.interrupt();
    this.interrupt = () => {};
    return super.loadU64(offset);
  }
}

/** A row in which every field is the same number: a mixture of two is seen. */
function rowOf(value: number): PublishedRow {
  return { timeNs: value, signal: value, values: new Float64Array(INDICATORS_MAX).fill(value) };
}

function read(memory: SignalMemory): PublishedRow | undefined {
  const row = emptyRow();
  return readRow(memory, ROW, row, ATTEMPTS) === 0 ? undefined : row;
}

const values = fc.array(fc.double(), { minLength: INDICATORS_MAX, maxLength: INDICATORS_MAX });

test('a row comes out as it was published, and a value that is not finite as none', () => {
  const memory = new SignalMemory(new ArrayBuffer(SIGNAL_FILE_BYTES));
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_047 }),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      fc.constantFrom(1, -1, 0, Number.NaN),
      values,
      (symbol, timeNs, signal, published) => {
        writeRow(memory, symbol, { timeNs, signal, values: Float64Array.from(published) });
        const row = emptyRow();
        assert.equal(readRow(memory, symbol, row, 1), rowVersion(memory, symbol));
        const finite = published.map((value) => (Number.isFinite(value) ? value : Number.NaN));
        assert.deepEqual(row, { timeNs, signal, values: Float64Array.from(finite) });
      },
    ),
  );
});

test('a reader sees the row before or after, or none, wherever its writer is stopped', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: STORES }), fc.boolean(), (stores, hasRow) => {
      const memory = new StoppableMemory(new ArrayBuffer(SIGNAL_FILE_BYTES));
      if (hasRow) writeRow(memory, ROW, rowOf(1));
      memory.onStore = () => assert.ok([undefined, 1, 2].includes(wholeValue(memory)));
      memory.storesLeft = stores;
      assert.equal(
        stopped(() => writeRow(memory, ROW, rowOf(2))),
        stores < STORES,
      );
      const expected = stores === STORES ? 2 : stores === 0 && hasRow ? 1 : undefined;
      assert.equal(wholeValue(memory), expected);
      memory.storesLeft = Number.POSITIVE_INFINITY;
      writeRow(memory, ROW, rowOf(3));
      assert.equal(wholeValue(memory), 3, 'the next writer makes the row whole');
    }),
  );
});

test('a reader that is overtaken by a writer reads the row again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: STORES }), (stores) => {
      const buffer = new ArrayBuffer(SIGNAL_FILE_BYTES);
      const writer = new StoppableMemory(buffer);
      const reader = new InterruptedMemory(buffer);
      writeRow(writer, ROW, rowOf(1));
      writer.storesLeft = stores;
      reader.interrupt = () => stopped(() => writeRow(writer, ROW, rowOf(2)));
      assert.equal(wholeValue(reader), stores === STORES ? 2 : undefined);
    }),
  );
});

/** The number that all fields have; undefined without a whole row. */
function wholeValue(memory: SignalMemory): number | undefined {
  const row = read(memory);
  if (row === undefined) return undefined;
  assert.deepEqual(row, rowOf(row.timeNs));
  return row.timeNs;
}

function stopped(write: () => void): boolean {
  try {
    write();
    return false;
  } catch (error) {
    assert.ok(error instanceof WriterStopped);
    return true;
  }
}
