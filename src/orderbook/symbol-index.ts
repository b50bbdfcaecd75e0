// From a symbol's bytes, where they stand in a frame, to its index, without making a string.

import { isSymbol } from '../domain/symbol.ts';

const SHORT_MAX = 8;
const NONE = -1;
const LOAD_MAX = 0.5;
// Odd constants of good spread, from Knuth's multiplicative hashing and from MurmurHash3.
const MIX_LOW = 0x9e3779b1;
const MIX_HIGH = 0x85ebca6b;

/** Says where a symbol belongs that was not seen before: an index of its own, below 2^20, or -1 when there is no room for it. */
export type Learn = (symbol: string) => number;

/** A place of the table is one word: some bits of the hash above the symbol's index; or EMPTY, which has another sign. */
const INDEX_BITS = 20;
const INDEX_MASK = 2 ** INDEX_BITS - 1;
const MARK_MASK = 2 ** (31 - INDEX_BITS) - 1;
const EMPTY = -1;
const PLACES_MIN = 1024;

/**
 * A hash table over symbols. Up to 8 bytes a symbol is its own key, in two words; longer ones, which are rare, are
 * found through the hash of their bytes and compared byte by byte.
 *
 * The places are kept small, and the keys apart from them, so that 100,000 symbols stay in the cache of a core: 1 MB
 * of places, and 0.8 MB of keys in the order of the indices. The mark spares a look at the keys of others.
 */
export class SymbolIndex {
  readonly #learn: Learn;
  #places: Int32Array;
  /** Low and high key of each index. */
  #keys = new Int32Array(2 * PLACES_MIN);
  #mask = 0;
  #shift = 0;
  #shortCount = 0;
  readonly #long = new Map<number, { bytes: Uint8Array; index: number }[]>();

  constructor(learn: Learn) {
    this.#learn = learn;
    this.#places = this.#empty(PLACES_MIN);
  }

  /** The index of the known symbol of at most 8 bytes with this key; -1 if it is not known. */
  findShort(low: number, high: number): number {
    const places = this.#places;
    const hash = hashOf(low, high);
    const mark = hash & MARK_MASK;
    for (let place = hash >>> this.#shift; ; place = (place + 1) & this.#mask) {
      const found = places[place];
      if (found >> INDEX_BITS === mark) {
        const index = found & INDEX_MASK;
        if (this.#keys[2 * index] === low && this.#keys[2 * index + 1] === high) return index;
      } else if (found === EMPTY) return NONE;
    }
  }

  /** The index of the symbol whose key is `low`, `high` and whose bytes stand from start to end; -1 if it is not known. */
  known(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    if (end - start > SHORT_MAX) return this.#findLong(bytes, start, end);
    return bytes[start] === 0 ? NONE : this.findShort(low, high); // a zero byte in front changes no key
  }

  /** The same, and a symbol that is not known is learned; -1 if there is no index for it. */
  find(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    const known = this.known(low, high, bytes, start, end);
    if (known !== NONE) return known;
    if (end - start > SHORT_MAX) return this.#learnLong(bytes, start, end);
    return bytes[start] === 0 ? NONE : this.#learnShort(low, high, bytes, start, end);
  }

  #learnShort(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    const index = this.#ask(bytes, start, end);
    if (index === NONE) return NONE;
    if (this.#shortCount + 1 > (this.#mask + 1) * LOAD_MAX) this.#grow();
    this.#keep(low, high, index);
    this.#insert(low, high, index);
    this.#shortCount++;
    return index;
  }

  #keep(low: number, high: number, index: number): void {
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
    let place = hash >>> this.#shift;
    while (this.#places[place] !== EMPTY) place = (place + 1) & this.#mask;
    this.#places[place] = ((hash & MARK_MASK) << INDEX_BITS) | index;
  }

  #grow(): void {
    const old = this.#places;
    this.#places = this.#empty((this.#mask + 1) * 2);
    for (const place of old) {
      const index = place & INDEX_MASK;
      if (place !== EMPTY) this.#insert(this.#keys[2 * index], this.#keys[2 * index + 1], index);
    }
  }

  #empty(places: number): Int32Array {
    this.#mask = places - 1;
    this.#shift = 32 - Math.log2(places);
    return new Int32Array(places).fill(EMPTY);
  }

  #findLong(bytes: Uint8Array, start: number, end: number): number {
    const bucket = this.#long.get(hashOfBytes(bytes, start, end));
    if (bucket) {
      for (const known of bucket) if (sameBytes(known.bytes, bytes, start, end)) return known.index;
    }
    return NONE;
  }

  #learnLong(bytes: Uint8Array, start: number, end: number): number {
    const index = this.#ask(bytes, start, end);
    if (index === NONE) return NONE;
    const hash = hashOfBytes(bytes, start, end);
    this.#long.set(hash, [...(this.#long.get(hash) ?? []), { bytes: bytes.slice(start, end), index }]);
    return index;
  }

  #ask(bytes: Uint8Array, start: number, end: number): number {
    const symbol = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 32)));
    return isSymbol(symbol) ? this.#learn(symbol) : NONE;
  }
}

/** Its upper bits are the place, its lower ones the mark. */
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
