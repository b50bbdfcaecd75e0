// The memory of a signal file, and one row of it: what a strategy publishes of one symbol.
//
//   strategy                     dashboard
//   version = odd     ──┐        v1 = version      (odd: try again)
//   time, signal …      │        time, signal …
//   version = even    ──┘        v2 = version      (not v1: try again)

import { loadFence, MappedMemory } from '@tickline/price-book';
import { INDICATORS_MAX } from '../domain/strategies/indicators.ts';
import { ROWS_AT, SIGNAL_ROW } from './layout.ts';

const { at } = SIGNAL_ROW;

/** Every store of a writer goes through a method of its own, so that a test can stop the writer after each. */
export class SignalMemory extends MappedMemory {
  setF64(offset: number, value: number): void {
    this.f64[offset >> 3] = value;
  }

  writeUtf8(offset: number, length: number, text: string): void {
    Buffer.from(this.bytes.buffer, offset, length).fill(0).write(text);
  }

  readUtf8(offset: number, length: number): string {
    const bytes = Buffer.from(this.bytes.buffer, offset, length);
    const end = bytes.indexOf(0);
    return bytes.toString('utf8', 0, end < 0 ? length : end);
  }
}

/** One row, at one moment. */
export interface PublishedRow {
  /** When the last tick that the strategy evaluated left its feed, in ns. */
  timeNs: number;
  /** 1 BUY, -1 SELL, 0 NEUTRAL, NaN: none. */
  signal: number;
  /** INDICATORS_MAX values; NaN for one that is not known. */
  readonly values: Float64Array;
}

export function emptyRow(): PublishedRow {
  return { timeNs: 0, signal: Number.NaN, values: new Float64Array(INDICATORS_MAX).fill(Number.NaN) };
}

/** Values that are not finite are written as NaN. A row that a writer left half written is whole afterwards. */
export function writeRow(memory: SignalMemory, row: number, { timeNs, signal, values }: PublishedRow): void {
  const start = rowAt(row);
  const odd = memory.loadU32(start + at.version) | 1;
  memory.storeU32(start + at.version, odd); // SYNC POINT: before all other fields; pairs with the first load in readRow()
  memory.storeU64(start + at.time, timeNs);
  memory.setF64(start + at.signal, signal);
  for (let index = 0; index < INDICATORS_MAX; index++) {
    const value = values[index];
    memory.setF64(start + at.values + 8 * index, Number.isFinite(value) ? value : Number.NaN);
  }
  memory.storeU32(start + at.version, odd + 1); // SYNC POINT: after all other fields; pairs with the second load in readRow()
}

/** The version of a row: another one means that it was published again. */
export function rowVersion(memory: SignalMemory, row: number): number {
  return memory.loadU32(rowAt(row) + at.version);
}

/**
 * Reads a whole row. Returns its version, even and above zero; 0 if it was never published, or is still being written after
 * all attempts: then `into` has no meaning.
 */
export function readRow(memory: SignalMemory, row: number, into: PublishedRow, attempts: number): number {
  const start = rowAt(row);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = memory.loadU32(start + at.version); // SYNC POINT: pairs with the first store in writeRow()
    if (before === 0) return 0;
    if ((before & 1) !== 0) continue;
    into.timeNs = memory.loadU64(start + at.time);
    into.signal = memory.f64[(start + at.signal) >> 3];
    for (let index = 0; index < INDICATORS_MAX; index++)
      into.values[index] = memory.f64[((start + at.values) >> 3) + index];
    loadFence();
    // SYNC POINT: pairs with the last store in writeRow()
    if (memory.loadU32(start + at.version) === before) return before;
  }
  return 0;
}

function rowAt(row: number): number {
  return ROWS_AT + row * SIGNAL_ROW.bytes;
}
