// The last values that a strategy has published of one symbol, in a ring that grows to its full size.

import type { PublishedRow } from '../signal-file/signal-memory.ts';

/** One publication. */
export interface SignalSample {
  /** When the last tick before it left its feed, in ns. */
  readonly timeNs: number;
  /** In the order of the indicators; NaN: none. */
  readonly values: readonly number[];
}

/** Number and time, before the values. */
const FIELDS = 2;
const FIRST_CAPACITY = 32;

export class SignalHistory {
  /** The latest signal; null: none. */
  signal: number | null = null;
  readonly #indicators: number;
  readonly #kept: number;
  readonly #fields: number;
  #samples: Float64Array;
  #added = 0;

  /** @param kept how many samples */
  constructor(indicators: number, kept: number) {
    this.#indicators = indicators;
    this.#kept = kept;
    this.#fields = FIELDS + indicators;
    this.#samples = new Float64Array(Math.min(kept, FIRST_CAPACITY) * this.#fields);
  }

  /** @param number higher than that of the sample before */
  add(number: number, { timeNs, signal, values }: PublishedRow): void {
    this.signal = Number.isNaN(signal) ? null : signal;
    if (this.#indicators === 0) return;
    if (this.#added === this.#capacity && this.#capacity < this.#kept) this.#grow();
    const start = (this.#added++ % this.#capacity) * this.#fields;
    this.#samples[start] = number;
    this.#samples[start + 1] = timeNs;
    this.#samples.set(values.subarray(0, this.#indicators), start + FIELDS);
  }

  /** The samples with a higher number, oldest first. */
  after(number: number): SignalSample[] {
    const samples: SignalSample[] = [];
    for (let index = this.#added - 1; index >= Math.max(0, this.#added - this.#capacity); index--) {
      const start = (index % this.#capacity) * this.#fields;
      if (this.#samples[start] <= number) break;
      const values = [...this.#samples.subarray(start + FIELDS, start + this.#fields)];
      samples.push({ timeNs: this.#samples[start + 1], values });
    }
    return samples.reverse();
  }

  get #capacity(): number {
    return this.#samples.length / this.#fields;
  }

  #grow(): void {
    const grown = new Float64Array(Math.min(this.#kept, this.#capacity * 2) * this.#fields);
    grown.set(this.#samples);
    this.#samples = grown;
  }
}
