// From a symbol's bytes, where they stand in a frame, to its index, without making a string.

import { isSymbol } from '../trading/symbol.ts';

const SHORT_MAX = 8;
const NONE = -1;
const LOAD_MAX = 0.5;
// Odd constants of good spread, from Knuth's multiplicative hashing and from MurmurHash3.
const MIX_LOW = 0x9e3779b1;
const MIX_HIGH = 0x85ebca6b;

/** Says where a symbol belongs that was not seen before: its index, or -1 when there is no room for it. */
export type Learn = (symbol: string) => number;

/**
 * A hash table over symbols. Up to 8 bytes a symbol is its own key, in two words; longer ones, which are rare, are
 * found through the hash of their bytes and compared byte by byte.
 */
export class SymbolIndex {
  readonly #learn: Learn;
  // Three words a place: low and high key, index (or -1).
  #places = new Int32Array(0);
  #shift = 0;
  #shortCount = 0;
  readonly #long = new Map<number, { bytes: Uint8Array; index: number }[]>();

  constructor(learn: Learn) {
    this.#learn = learn;
    this.#grow(1024);
  }

  /** The index of the symbol whose key is `low`, `high` and whose bytes stand from start to end; -1 if it has none. */
  find(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    if (end - start > SHORT_MAX) return this.#findLong(bytes, start, end);
    const places = this.#places;
    const mask = places.length / 3 - 1;
    for (let place = this.#home(low, high); ; place = (place + 1) & mask) {
      const index = places[place * 3 + 2];
      if (index === NONE) return this.#learnShort(low, high, bytes, start, end);
      if (places[place * 3] === low && places[place * 3 + 1] === high) return index;
    }
  }

  #home(low: number, high: number): number {
    return Math.imul(low ^ Math.imul(high, MIX_HIGH), MIX_LOW) >>> this.#shift;
  }

  #learnShort(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    const index = this.#ask(bytes, start, end);
    if (index === NONE) return NONE;
    if ((this.#shortCount + 1) * 3 > this.#places.length * LOAD_MAX)
      this.#grow((this.#places.length / 3) * 2);
    this.#insert(low, high, index);
    this.#shortCount++;
    return index;
  }

  #insert(low: number, high: number, index: number): void {
    const mask = this.#places.length / 3 - 1;
    let place = this.#home(low, high);
    while (this.#places[place * 3 + 2] !== NONE) place = (place + 1) & mask;
    this.#places.set([low, high, index], place * 3);
  }

  #grow(places: number): void {
    const old = this.#places;
    this.#places = new Int32Array(places * 3).fill(NONE);
    this.#shift = 32 - Math.log2(places);
    for (let i = 0; i < old.length; i += 3) {
      if (old[i + 2] !== NONE) this.#insert(old[i], old[i + 1], old[i + 2]);
    }
  }

  #findLong(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]) | 0;
    const bucket = this.#long.get(hash);
    if (bucket) {
      for (const known of bucket) if (sameBytes(known.bytes, bytes, start, end)) return known.index;
    }
    const index = this.#ask(bytes, start, end);
    if (index === NONE) return NONE;
    this.#long.set(hash, [...(bucket ?? []), { bytes: bytes.slice(start, end), index }]);
    return index;
  }

  #ask(bytes: Uint8Array, start: number, end: number): number {
    const symbol = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 32)));
    return isSymbol(symbol) ? this.#learn(symbol) : NONE;
  }
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
  return true;
}
