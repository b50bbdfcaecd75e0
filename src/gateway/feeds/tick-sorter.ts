// Puts the ticks of a whole file into the order of their times, in memory.

import { FeedFileError } from './feed-errors.ts';
import type { ReplayTick } from './replay-rows.ts';
import type { WirePrice } from './wire-price.ts';

/** With about 60 bytes for each tick, 300 MB. */
export const SORTED_TICKS_MAX = 5_000_000;

const TICKS_AT_START = 4096;

/** Ticks of equal times stay in the order of the file. */
export class TickSorter {
  readonly #path: string;
  readonly #ticksMax: number;
  #epochMs = new Float64Array(TICKS_AT_START);
  #ns = new Int32Array(TICKS_AT_START);
  readonly #symbols: string[] = [];
  readonly #prices: WirePrice[] = [];
  #order: Uint32Array | undefined;

  constructor(path: string, ticksMax = SORTED_TICKS_MAX) {
    this.#path = path;
    this.#ticksMax = ticksMax;
  }

  get count(): number {
    return this.#prices.length;
  }

  /** @throws FeedFileError for more ticks than fit into memory */
  add({ symbol, price, timestamp }: ReplayTick): void {
    const index = this.#prices.length;
    if (index === this.#ticksMax) {
      const problem = `expected at most ${this.#ticksMax} ticks for --sort, found more; sort the file by time first`;
      throw new FeedFileError(this.#path, problem);
    }
    if (index === this.#epochMs.length) this.#grow();
    this.#epochMs[index] = timestamp.epochMs;
    this.#ns[index] = timestamp.ns;
    this.#symbols.push(symbol);
    this.#prices.push(price);
  }

  /** Gives the ticks in the order of their times. */
  *inOrder(): Generator<ReplayTick, void, undefined> {
    this.#order ??= this.#sorted();
    for (const i of this.#order) {
      const timestamp = { epochMs: this.#epochMs[i], ns: this.#ns[i] };
      yield { symbol: this.#symbols[i], price: this.#prices[i], timestamp };
    }
  }

  #sorted(): Uint32Array {
    const [epochMs, ns] = [this.#epochMs, this.#ns];
    const order = Uint32Array.from({ length: this.#prices.length }, (_, i) => i);
    return order.sort((a, b) => epochMs[a] - epochMs[b] || ns[a] - ns[b] || a - b);
  }

  #grow(): void {
    const [epochMs, ns] = [this.#epochMs, this.#ns];
    this.#epochMs = new Float64Array(2 * epochMs.length);
    this.#epochMs.set(epochMs);
    this.#ns = new Int32Array(2 * ns.length);
    this.#ns.set(ns);
  }
}
