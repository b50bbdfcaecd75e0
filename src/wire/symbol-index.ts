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

/** Words a place takes: low and high key, index (or -1), one to spare, so that a place is found by a shift. */
const PLACE_SHIFT = 2;
const INDEX = 2;
const PLACES_MIN = 1024;

/**
 * A hash table over symbols. Up to 8 bytes a symbol is its own key, in two words; longer ones, which are rare, are
 * found through the hash of their bytes and compared byte by byte.
 */
export class SymbolIndex {
  readonly #learn: Learn;
  #places: Int32Array;
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
    for (let place = this.#home(low, high); ; place = (place + 1) & this.#mask) {
      const at = place << PLACE_SHIFT;
      const index = places[at + INDEX];
      if ((places[at] === low && places[at + 1] === high) || index === NONE) return index;
    }
  }

  /** The index of the symbol whose key is `low`, `high` and whose bytes stand from start to end; -1 if it has none. */
  find(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    if (end - start > SHORT_MAX) return this.#findLong(bytes, start, end);
    if (bytes[start] === 0) return NONE; // a zero byte in front changes no key
    const known = this.findShort(low, high);
    return known === NONE ? this.#learnShort(low, high, bytes, start, end) : known;
  }

  #home(low: number, high: number): number {
    return Math.imul(low ^ Math.imul(high, MIX_HIGH), MIX_LOW) >>> this.#shift;
  }

  #learnShort(low: number, high: number, bytes: Uint8Array, start: number, end: number): number {
    const index = this.#ask(bytes, start, end);
    if (index === NONE) return NONE;
    if (this.#shortCount + 1 > (this.#mask + 1) * LOAD_MAX) this.#grow();
    this.#insert(low, high, index);
    this.#shortCount++;
    return index;
  }

  #insert(low: number, high: number, index: number): void {
    let place = this.#home(low, high);
    while (this.#places[(place << PLACE_SHIFT) + INDEX] !== NONE) place = (place + 1) & this.#mask;
    this.#places.set([low, high, index], place << PLACE_SHIFT);
  }

  #grow(): void {
    const old = this.#places;
    this.#places = this.#empty((this.#mask + 1) * 2);
    for (let at = 0; at < old.length; at += 1 << PLACE_SHIFT) {
      if (old[at + INDEX] !== NONE) this.#insert(old[at], old[at + 1], old[at + INDEX]);
    }
  }

  #empty(places: number): Int32Array {
    this.#mask = places - 1;
    this.#shift = 32 - Math.log2(places);
    return new Int32Array(places << PLACE_SHIFT).fill(NONE);
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
