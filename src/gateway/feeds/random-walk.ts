// An endless feed of made-up prices: each symbol walks at random from a price drawn from the seed.

import { SYMBOL_LENGTH_MAX } from '../../domain/symbol.ts';
import { CENTS_MAX, writePrice } from '../cents.ts';
import { TICK_FRAME_BYTES_MAX, type TickFrames } from '../tick-frames.ts';
import type { Feed, FeedStatus } from './feed.ts';
import { SeededRandom } from './random.ts';
import { checkSymbols } from './symbols.ts';

const START_CENTS_MIN = 10_00;
const START_CENTS_MAX = 500_00;

// The largest step of a tick is a cent and 1/2048 of the price: 5 cents at 100 USD.
const STEP_SHIFT = 11;

// Room for the longest symbol and its comma, in whole words of 4 bytes.
const PREFIX_BYTES = 4 * Math.ceil((SYMBOL_LENGTH_MAX + 1) / 4);
const COMMA = 44;

const PRICE_STREAM = 1;

/**
 * A seeded random walk over 1 to 1,000,000 symbols. Every tick moves one price by at least a cent, within
 * 0.01 to 99,999.99 USD. It never ends before `close`, has no timestamps (feed time is 0) and never waits.
 *
 * The symbols take turns in an order shuffled by the seed. So every symbol has its price after one round,
 * all tick equally often, and memory is walked in order, which keeps a million symbols fast.
 */
export class RandomWalkFeed implements Feed {
  readonly waiting = false;
  readonly nextTimeNs = 0;
  readonly rejectedRows = 0;

  readonly #random: SeededRandom;
  readonly #prices: Int32Array;
  /** `SYMBOL,` of every symbol, PREFIX_BYTES apart, to be copied four bytes at a time. */
  readonly #prefixes: DataView;
  readonly #prefixLengths: Uint8Array;
  #next = 0;
  /** Symbols 0 to #filled - 1 have ticked. */
  #filled = 0;
  #closed = false;

  /** Throws FeedSettingError for bad symbols (see checkSymbols) or a seed that is not an integer. */
  constructor(settings: { symbols: readonly string[]; seed: number }) {
    checkSymbols(settings.symbols);
    const count = settings.symbols.length;
    this.#random = new SeededRandom(settings.seed, PRICE_STREAM);
    this.#prices = new Int32Array(count);
    this.#prefixes = new DataView(new ArrayBuffer(count * PREFIX_BYTES));
    this.#prefixLengths = new Uint8Array(count);
    for (const [index, symbol] of shuffled(settings.symbols, this.#random).entries()) {
      this.#prices[index] = START_CENTS_MIN + this.#random.below(START_CENTS_MAX - START_CENTS_MIN + 1);
      this.#encodePrefix(index, symbol);
    }
  }

  get ended(): boolean {
    return this.#closed;
  }

  fill(out: TickFrames, ticksMax: number, horizonNs: number): void {
    if (this.#closed || horizonNs < 0) return;
    // In locals, because the engine reads a field again after every write to memory: 20 ns a tick become 14.
    const random = this.#random;
    const prices = this.#prices;
    const view = viewOf(out);
    const atMax = view.byteLength - TICK_FRAME_BYTES_MAX;
    let at = out.length;
    let symbol = this.#next;
    let ticks = 0;
    for (; ticks < ticksMax && at <= atMax; ticks++) {
      const price = moved(prices[symbol], random);
      prices[symbol] = price;
      at = writePrice(view, this.#writePrefix(view, at, symbol), price);
      symbol = symbol + 1 === prices.length ? 0 : symbol + 1;
    }
    out.length = at;
    out.count += ticks;
    this.#next = symbol;
    this.#filled = Math.min(prices.length, this.#filled + ticks);
  }

  snapshot(out: TickFrames, from: number): number {
    const view = viewOf(out);
    let symbol = from;
    for (; symbol < this.#filled && out.hasRoom(); symbol++) {
      out.length = writePrice(view, this.#writePrefix(view, out.length, symbol), this.#prices[symbol]);
      out.count++;
    }
    return symbol < this.#filled ? symbol : -1;
  }

  async ready(): Promise<void> {}

  onStatus(listener: (status: FeedStatus) => void): void {
    listener({ state: 'up' });
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  /** Writes `SYMBOL,` at `at` and returns the offset after it. May scribble on 3 bytes more. */
  #writePrefix(view: DataView, at: number, symbol: number): number {
    const length = this.#prefixLengths[symbol];
    const prefix = symbol * PREFIX_BYTES;
    for (let i = 0; i < length; i += 4) view.setInt32(at + i, this.#prefixes.getInt32(prefix + i));
    return at + length;
  }

  #encodePrefix(index: number, symbol: string): void {
    const at = index * PREFIX_BYTES;
    for (let i = 0; i < symbol.length; i++) this.#prefixes.setUint8(at + i, symbol.charCodeAt(i));
    this.#prefixes.setUint8(at + symbol.length, COMMA);
    this.#prefixLengths[index] = symbol.length + 1;
  }
}

/** The price in cents after `price` (1 to CENTS_MAX): never the same, and turned back at the bounds. */
export function moved(price: number, random: SeededRandom): number {
  const size = 1 + (price >> STEP_SHIFT);
  const drawn = (((random.next() >>> 16) * (2 * size)) >>> 16) - size;
  // Leaves out 0. Without a branch, because half the guesses of the processor would be wrong (5 ns a tick).
  const step = drawn + 1 + (drawn >> 31);
  const next = price + step;
  return next < 1 || next > CENTS_MAX ? price - step : next;
}

function viewOf(out: TickFrames): DataView {
  return new DataView(out.bytes.buffer, out.bytes.byteOffset, out.bytes.byteLength);
}

function shuffled(symbols: readonly string[], random: SeededRandom): string[] {
  const order = [...symbols];
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = random.below(last + 1);
    [order[last], order[chosen]] = [order[chosen], order[last]];
  }
  return order;
}
