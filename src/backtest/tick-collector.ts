// Collects ticks whose number is not known in advance.

import { type History, sharedFloats, sharedIntegers } from './history.ts';

const TICKS_AT_START = 65_536;

export class TickCollector {
  count = 0;
  readonly #symbols = new Map<string, number>();
  #timesMs = new Float64Array(TICKS_AT_START);
  #symbolIndices = new Int32Array(TICKS_AT_START);
  #prices = new Float64Array(TICKS_AT_START);

  /** Adds a tick. A time that goes back counts as equal to the one before. */
  add(symbol: string, price: number, timeMs: number): void {
    if (this.count === this.#prices.length) this.#grow();
    const row = this.count++;
    this.#timesMs[row] = row === 0 ? timeMs : Math.max(timeMs, this.#timesMs[row - 1]);
    this.#symbolIndices[row] = this.#indexOf(symbol);
    this.#prices[row] = price;
  }

  /** The ticks, without news. */
  history(): History {
    const { count } = this;
    return {
      symbols: [...this.#symbols.keys()],
      timesMs: sharedFloats(this.#timesMs.subarray(0, count)),
      symbolIndices: sharedIntegers(this.#symbolIndices.subarray(0, count)),
      prices: sharedFloats(this.#prices.subarray(0, count)),
      sequences: sharedFloats(Float64Array.from({ length: count }, (_, row) => row + 1)),
      newsSequences: sharedFloats([]),
      sentiments: sharedFloats([]),
    };
  }

  #indexOf(symbol: string): number {
    const known = this.#symbols.get(symbol);
    if (known !== undefined) return known;
    const index = this.#symbols.size;
    this.#symbols.set(symbol, index);
    return index;
  }

  #grow(): void {
    const length = 2 * this.#prices.length;
    const [timesMs, symbolIndices, prices] = [this.#timesMs, this.#symbolIndices, this.#prices];
    this.#timesMs = new Float64Array(length);
    this.#timesMs.set(timesMs);
    this.#symbolIndices = new Int32Array(length);
    this.#symbolIndices.set(symbolIndices);
    this.#prices = new Float64Array(length);
    this.#prices.set(prices);
  }
}
