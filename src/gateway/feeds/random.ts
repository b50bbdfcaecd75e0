// Seeded random numbers: the same seed gives the same run on every machine.

import { FeedSettingError } from './feed-errors.ts';

const UINT32_RANGE = 2 ** 32;

/**
 * xoroshiro64** of Blackman and Vigna (https://prng.di.unimi.it): two 32-bit words of state, a period of
 * 2^64 - 1, no allocation.
 */
export class SeededRandom {
  #low: number;
  #high: number;

  /**
   * Two generators with one seed and different `stream` numbers (32-bit integers) are independent.
   * @throws FeedSettingError unless `seed` is an integer that a double holds exactly
   */
  constructor(seed: number, stream = 0) {
    if (!Number.isSafeInteger(seed)) {
      throw new FeedSettingError(`seed: expected an integer from -2^53 + 1 to 2^53 - 1, found ${seed}`);
    }
    const high = Math.floor(seed / UINT32_RANGE) | 0;
    this.#low = mix((seed | 0) ^ mix(stream));
    this.#high = mix(high ^ mix(this.#low ^ 0x9e3779b9));
    // All bits zero is the only state that the generator never leaves.
    if (this.#low === 0 && this.#high === 0) this.#low = 1;
  }

  /** The next 32 random bits as a signed integer. */
  next(): number {
    const low = this.#low;
    const high = this.#high ^ low;
    const product = Math.imul(low, 0x9e3779bb);
    this.#low = ((low << 26) | (low >>> 6)) ^ high ^ (high << 9);
    this.#high = (high << 13) | (high >>> 19);
    return Math.imul((product << 5) | (product >>> 27), 5);
  }

  /** The next integer from 0 to `bound - 1` (bound: 1 to 2^32), uniform to within bound / 2^32. */
  below(bound: number): number {
    return Math.floor((this.next() >>> 0) * (bound / UINT32_RANGE));
  }
}

/** Spreads each bit of a 32-bit integer over all bits; one to one (the finaliser of MurmurHash3). */
function mix(bits: number): number {
  let mixed = bits | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
