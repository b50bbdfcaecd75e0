// Noise in memory: random bytes over random cache lines, from the seed of the test run.

import assert from 'node:assert/strict';
import { testSeed } from '../../seed.ts';

const PIECES_MAX = 8;
const LINE_BYTES = 64;
const PIECE_LINES_MAX = 4;

export class Noise {
  #state = testSeed >>> 0;

  /** What repeats this noise, for a message. */
  get seed(): string {
    return `--seed ${testSeed}`;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  /** Writes some pieces of noise, whole cache lines, over the first `length` bytes. */
  scatter(bytes: Uint8Array, length: number): void {
    for (let pieces = 1 + this.below(PIECES_MAX); pieces > 0; pieces--) {
      const start = LINE_BYTES * this.below(length / LINE_BYTES);
      const end = Math.min(length, start + LINE_BYTES * (1 + this.below(PIECE_LINES_MAX)));
      for (let at = start; at < end; at++) bytes[at] = this.below(256);
    }
  }

  /** Does it; only an error of this class may come. */
  expect(act: () => unknown, error: new (...args: never[]) => Error): void {
    try {
      act();
    } catch (thrown) {
      assert.ok(thrown instanceof error, `${this.seed}: ${thrown}`);
    }
  }
}
