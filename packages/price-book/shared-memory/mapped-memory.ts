// The bytes of a mapped file as typed arrays, all over one mapping.

import { PLAIN_ORDER } from './ordering.ts';

const TWO_32 = 2 ** 32;

// Stores a u64 through a double with the same bits: one store instruction, and no BigInt is allocated. Below 2^53 the
// bits are never those of a NaN, which the processor might change.
const doubleBits = new Float64Array(1);
const halves = new Uint32Array(doubleBits.buffer);

/** Offsets are bytes: `>> 2` and `>> 3` turn them into indices of these arrays. */
export class MappedMemory {
  readonly i32: Int32Array<ArrayBuffer>;
  readonly u32: Uint32Array<ArrayBuffer>;
  readonly f64: Float64Array<ArrayBuffer>;
  readonly i64: BigInt64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(buffer: ArrayBuffer) {
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  /**
   * Loads a u64 below 2^53, which allocates nothing, unlike a BigInt: the low half is that of the high one if the latter has
   * not changed meanwhile. A call costs 25 ns, so it runs once per batch and not per row; plain loads cost less, but a compiler
   * may merge them, and a loop that waits for a change would never see it.
   */
  loadU64(offset: number): number {
    const at = offset >> 2;
    let high = Atomics.load(this.i32, at + 1);
    for (;;) {
      const low = Atomics.load(this.i32, at);
      const highAfter = Atomics.load(this.i32, at + 1);
      if (highAfter === high) return high * TWO_32 + (low >>> 0);
      high = highAfter;
    }
  }

  /** Stores a u64 below 2^53 in one store, after all stores before it. */
  storeU64(offset: number, value: number): void {
    if (PLAIN_ORDER) storePlain(this.i32, this.f64, offset, value);
    else Atomics.store(this.i64, offset >> 3, BigInt(value));
  }

  /** storeU64() at one offset, for every run: a closure for the same reason as writeRunInOrder(). */
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

  /** Reads text of at most `length` bytes, up to the first zero byte. */
  readText(offset: number, length: number): string {
    const text = this.bytes.subarray(offset, offset + length);
    const end = text.indexOf(0);
    return String.fromCharCode(...(end < 0 ? text : text.subarray(0, end)));
  }

  /** Writes ASCII text, padded with zero bytes; text beyond `length` is cut off. */
  writeText(offset: number, length: number, text: string): void {
    for (let i = 0; i < length; i++) {
      this.bytes[offset + i] = i < text.length ? text.charCodeAt(i) & 0x7f : 0;
    }
  }
}

/** Stores a u64 with one plain store, where plain stores stay in order. */
function storePlain(i32: Int32Array, f64: Float64Array, offset: number, value: number): void {
  const high = (value / TWO_32) | 0;
  if (i32[(offset >> 2) + 1] === high) {
    i32[offset >> 2] = value; // the high half does not change, so this is one store
  } else {
    halves[0] = value;
    halves[1] = high;
    f64[offset >> 3] = doubleBits[0];
  }
}
