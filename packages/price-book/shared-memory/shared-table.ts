// A table in a shared file: rows of named fields, each row guarded by a seqlock.

import { yieldCpu } from '@tickline/posix';
import { BadIndexError, HalfWrittenError } from './errors.ts';
import type { FileMemory } from './file-memory.ts';
import type { Fields, Row } from './parts.ts';
import { RowCodec } from './row-codec.ts';
import { beginWrite, endWrite, isHalfWritten, isWhole, versionBefore } from './seqlock.ts';
import { type PlacedPart, ROW_HEADER } from './shared-layout.ts';

const EMPTY = 0;
const WRITTEN = 1;
/** Attempts before a reader lets its writer, which may have lost the processor, continue. */
const EAGER_ATTEMPTS = 1000;
/** A write lasts less than 1 µs. After this long its writer is dead or stopped, and did not just lose the processor. */
const PATIENCE_MS = 1000;

/** Reads a table, in any process. */
export class SharedTable<F extends Fields> {
  /** The number of rows. */
  readonly length: number;
  protected readonly memory: FileMemory;
  protected readonly codec: RowCodec<F>;
  protected readonly stride: number;
  readonly #offset: number;

  constructor(memory: FileMemory, name: string, place: PlacedPart) {
    this.memory = memory;
    this.length = place.count;
    this.stride = place.stride;
    this.#offset = place.offset;
    this.codec = new RowCodec(memory, name, place);
  }

  /**
   * The row, as it was at one moment; undefined before the first write, and after a takeover if the dead writer left it
   * half written.
   * @throws BadIndexError; HalfWrittenError if its writer was stopped in the middle of it for a second
   */
  read(index: number): Row<F> | undefined {
    const row = this.offsetOf(index);
    const { i32 } = this.memory;
    let until = 0;
    for (let attempt = 1; ; attempt++) {
      const before = versionBefore(i32, row >> 2);
      const isWritten = i32[(row + ROW_HEADER.at.state) >> 2] === WRITTEN;
      const found = isWritten ? this.codec.read(row) : undefined;
      if (isWhole(i32, row >> 2, before)) return found;
      if (attempt % EAGER_ATTEMPTS !== 0) continue;
      until ||= performance.now() + PATIENCE_MS;
      if (performance.now() > until) throw new HalfWrittenError(this.memory.path, index);
      yieldCpu();
    }
  }

  /** How often the row was written, modulo 2^31: whether it changed, without reading it. @throws BadIndexError */
  writes(index: number): number {
    return Atomics.load(this.memory.u32, this.offsetOf(index) >> 2) >>> 1;
  }

  protected offsetOf(index: number): number {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length))
      throw new BadIndexError(index, this.length);
    return this.#offset + index * this.stride;
  }
}

/** Writes a table; only the process that holds the writer's lock has one. */
export class SharedTableWriter<F extends Fields> extends SharedTable<F> {
  /**
   * Writes the fields that are given, so that every reader sees all of them or none. The others keep their values; those
   * of a row that was never written are 0 and ''.
   * @throws BadIndexError, BadValueError; nothing is written then
   */
  write(index: number, fields: Partial<Row<F>>): void {
    const row = this.offsetOf(index);
    this.codec.requireFits(fields);
    const { i32 } = this.memory;
    const odd = beginWrite(i32, row >> 2);
    if (i32[(row + ROW_HEADER.at.state) >> 2] !== WRITTEN) {
      this.codec.clear(row + ROW_HEADER.bytes, row + this.stride);
      i32[(row + ROW_HEADER.at.state) >> 2] = WRITTEN;
    }
    this.codec.write(row, fields);
    endWrite(i32, row >> 2, odd);
  }

  /** Empties the rows that a dead writer left half written, and returns how many. */
  repair(): number {
    const { i32 } = this.memory;
    let repaired = 0;
    for (let index = 0; index < this.length; index++) {
      const row = this.offsetOf(index);
      if (!isHalfWritten(i32, row >> 2)) continue;
      i32[(row + ROW_HEADER.at.state) >> 2] = EMPTY;
      endWrite(i32, row >> 2, i32[row >> 2]);
      repaired++;
    }
    return repaired;
  }
}
