// Finds the index of a symbol by its bytes within a frame, without creating a string.

import { isSymbol, SYMBOL_LENGTH_MAX } from '../domain/symbol.ts';

const SHORT_MAX = 8;
const NONE = -1;
const LOAD_MAX = 0.5;
// Odd constants of good spread, from Knuth's multiplicative hashing and from MurmurHash3.
const MIX_LOW = 0x9e3779b1;
const MIX_HIGH = 0x85ebca6b;

/** Returns a unique index below 2^20 for a new symbol, or -1 when it has no room. */
export type Register = (symbol: string) => number;

/**
 * A slot of the table is one word: bits of the hash above the symbol's index, or EMPTY, which is negative.
 */
const INDEX_BITS = 20;
const INDEX_MASK = 2 ** INDEX_BITS - 1;
const MARK_MASK = 2 ** (31 - INDEX_BITS) - 1;
const EMPTY = -1;
const SLOTS_MIN = 1024;

/**
 * A hash table of symbols. A symbol of up to 8 bytes is its own key, in two words. Longer ones, which are
 * rare, are found by the hash of their bytes and compared byte by byte.
 *
 * Slots are small, and separate from the keys, so that 100,000 symbols fit into the cache of a core: 1 MB of
 * slots, and 0.8 MB of keys in the order of the indices. The hash bits in a slot save most comparisons with
 * other symbols' keys.
 */
export class SymbolIndex {
  readonly #register: Register;
  #slots: Int32Array;
  /** Low and high key of each index. */
  #keys = new Int32Array(2 * SLOTS_MIN);
  #mask = 0;
  #shift = 0;
  #shortCount = 0;
  readonly #long = new Map<number, { bytes: Uint8Array; index: number }[]>();

  constructor(register: Register) {
    this.#register = register;
    this.#slots = this.#empty(SLOTS_MIN);
  }

  /** The index of a registered symbol of at most 8 bytes; -1 if it is not registered. */
  findShort(low: number, high: number): number {
    const slots = this.#slots;
    const hash = hashOf(low, high);
    const mark = hash & MARK_MASK;
    for (let slot = hash >>> this.#shift; ; slot = (slot + 1) & this.#mask) {
      const found = slots[slot];
      if (found >> INDEX_BITS === mark) {
        const index = found & INDEX_MASK;
        if (this.#keys[2 * index] === low && this.#keys[2 * index + 1] === high) return index;
      } else if (found === EMPTY) return NONE;
    }
  }

  /**
   * The index of a registered symbol; -1 if it is not registered.
   * @param low its key, the last 8 bytes
   * @param start where its bytes start, before `end`
   */
  find(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    if (end - start > SHORT_MAX) return this.#findLong(bytes, start, end);
    return bytes[start] === 0 ? NONE : this.findShort(low, high); // a leading zero does not change the key
  }

  /** Like find(), but registers a new symbol; -1 if it has no room or is not a symbol. */
  findOrRegister(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    const known = this.find(low, high, bytes, start, end);
    if (known !== NONE) return known;
    if (end - start > SHORT_MAX) return this.#registerLong(bytes, start, end);
    return bytes[start] === 0 ? NONE : this.#registerShort(low, high, bytes, start, end);
  }

  #registerShort(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    const index = this.#ask(bytes, start, end);
    if (index === NONE) return NONE;
    if (this.#shortCount + 1 > (this.#mask + 1) * LOAD_MAX) this.#grow();
    this.#storeKey(low, high, index);
    this.#insert(low, high, index);
    this.#shortCount++;
    return index;
  }

  #storeKey(low: number, high: number, index: number): void {
    if (2 * index + 1 >= this.#keys.length) {
      const keys = new Int32Array(4 * (index + 1));
      keys.set(this.#keys);
      this.#keys = keys;
    }
    this.#keys[2 * index] = low;
    this.#keys[2 * index + 1] = high;
  }

  #insert(low: number, high: number, index: number): void {
    const hash = hashOf(low, high);
    let slot = hash >>> this.#shift;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = ((hash & MARK_MASK) << INDEX_BITS) | index;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = this.#empty((this.#mask + 1) * 2);
    for (const slot of old) {
      const index = slot & INDEX_MASK;
      if (slot !== EMPTY) this.#insert(this.#keys[2 * index], this.#keys[2 * index + 1], index);
    }
  }

  #empty(slots: number): Int32Array {
    this.#mask = slots - 1;
    this.#shift = 32 - Math.log2(slots);
    return new Int32Array(slots).fill(EMPTY);
  }

  #findLong(bytes: Uint8Array, start: number, end: number): number {
    const bucket = this.#long.get(hashOfBytes(bytes, start, end));
    if (bucket) {
      for (const known of bucket) if (sameBytes(known.bytes, bytes, start, end)) return known.index;
    }
    return NONE;
  }

  #registerLong(bytes: Uint8Array, start: number, end: number): number {
    const index = this.#ask(bytes, start, end);
    if (index === NONE) return NONE;
    const hash = hashOfBytes(bytes, start, end);
    const copy = new Uint8Array(bytes.subarray(start, end)); // slice() of a Buffer is no copy
    this.#long.set(hash, [...(this.#long.get(hash) ?? []), { bytes: copy, index }]);
    return index;
  }

  #ask(bytes: Uint8Array, start: number, end: number): number {
    const symbol = String.fromCharCode(
      ...bytes.subarray(start, Math.min(end, start + SYMBOL_LENGTH_MAX + 1)),
    );
    return isSymbol(symbol) ? this.#register(symbol) : NONE;
  }
}

/** The upper bits select the slot, the lower ones are the mark in it. */
function hashOf(low: number, high: number): number {
  return Math.imul(low ^ Math.imul(high, MIX_HIGH), MIX_LOW);
}

function hashOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]) | 0;
  return hash;
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
