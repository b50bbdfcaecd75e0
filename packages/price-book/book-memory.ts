// The book's bytes as typed arrays, one set of views over the one mapping.

import { ReadOnlyBookError } from './errors.ts';
import type { BookShape } from './layout.ts';
import { PLAIN_ORDER } from './ordering.ts';

const TWO_32 = 2 ** 32;

// The eight bytes of a u64 pass through here as those of a double: the processor stores them as one, and no BigInt
// is made. Below 2^53 they are never those of a NaN, which might change on the way.
const passage = new Float64Array(1);
const passageHalves = new Uint32Array(passage.buffer);

/** The file that a book is mapped from. */
export interface MappedFile {
  readonly path: string;
  /** Which file it is, whatever has its name now. */
  readonly inode: number;
  readonly writable: boolean;
}

/** A mapped book. All offsets of the layout are bytes; `>> 2` and `>> 3` make them indices of these arrays. */
export class BookMemory {
  readonly path: string;
  readonly inode: number;
  readonly shape: BookShape;
  readonly writable: boolean;
  readonly i32: Int32Array<ArrayBuffer>;
  readonly u32: Uint32Array<ArrayBuffer>;
  readonly f64: Float64Array<ArrayBuffer>;
  readonly i64: BigInt64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(file: MappedFile, buffer: ArrayBuffer, shape: BookShape) {
    this.path = file.path;
    this.inode = file.inode;
    this.writable = file.writable;
    this.shape = shape;
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  /** Every call that writes asks first: a store into a read-only mapping ends the process. @throws ReadOnlyBookError */
  requireWritable(): void {
    if (!this.writable) throw new ReadOnlyBookError(this.path);
  }

  /**
   * A u64 below 2^53, read as one. Atomic everywhere, although that makes a BigInt: a compiler may merge plain
   * loads, and then who waits in a loop never sees the change. Once a batch, not once a tick.
   */
  loadU64(offset: number): number {
    return Number(Atomics.load(this.i64, offset >> 3));
  }

  /** Writes a u64 below 2^53 as one, after everything that was written before it. */
  storeU64(offset: number, value: number): void {
    if (PLAIN_ORDER) storePlain(this.i32, this.f64, offset, value);
    else Atomics.store(this.i64, offset >> 3, BigInt(value));
  }

  /** storeU64() for a place that is written with every run: a closure, for the reason given at writeRunInOrder(). */
  u64Writer(offset: number): (value: number) => void {
    if (!PLAIN_ORDER) return (value) => this.storeU64(offset, value);
    const { i32, f64 } = this;
    return (value) => storePlain(i32, f64, offset, value);
  }

  loadU32(offset: number): number {
    return Atomics.load(this.u32, offset >> 2);
  }

  storeU32(offset: number, value: number): void {
    Atomics.store(this.u32, offset >> 2, value);
  }

  /** Text of at most `length` bytes, up to the first zero byte. */
  readText(offset: number, length: number): string {
    const text = this.bytes.subarray(offset, offset + length);
    const end = text.indexOf(0);
    return String.fromCharCode(...(end < 0 ? text : text.subarray(0, end)));
  }

  /** Writes ASCII text, filled up with zero bytes; what is too long is cut. */
  writeText(offset: number, length: number, text: string): void {
    for (let i = 0; i < length; i++) {
      this.bytes[offset + i] = i < text.length ? text.charCodeAt(i) & 0x7f : 0;
    }
  }
}

/** One store, where plain stores keep their order. */
function storePlain(i32: Int32Array, f64: Float64Array, offset: number, value: number): void {
  const high = (value / TWO_32) | 0;
  if (i32[(offset >> 2) + 1] === high) {
    i32[offset >> 2] = value; // the other half stays, so this one store is the whole change
  } else {
    passageHalves[0] = value;
    passageHalves[1] = high;
    f64[offset >> 3] = passage[0];
  }
}
