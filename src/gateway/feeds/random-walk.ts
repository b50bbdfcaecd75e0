// An endless feed of random prices: each symbol takes a random walk from a price drawn from the seed.

import assert from 'node:assert/strict';
import { CENTS_MAX } from '../cents.ts';
import { TICK_FRAME_BYTES_MAX, type TickFrames } from '../tick-frames.ts';
import { TickWriter } from '../tick-writer.ts';
import type { Feed, FeedStatus } from './feed.ts';
import { SeededRandom } from './random.ts';
import { checkSymbols } from './symbols.ts';

const START_CENTS_MIN = 10_00;
const START_CENTS_MAX = 500_00;

/** The largest step of a tick is one cent plus 1/2048 of the price: 5 cents at 100 USD. */
const STEP_SHIFT = 11;

const PRICE_STREAM = 1;

/**
 * A seeded random walk of 1 to 1,000,000 symbols. Every tick moves one price by at least one cent, within
 * 0.01 to 99,999.99 USD. It does not end before `close`, has no timestamps (feed time is 0, market
 * time is the wall clock) and never waits.
 *
 * Symbols tick in rounds, in an order that the seed shuffles. So every symbol has a price after one round,
 * all tick equally often, and memory is read in order, which keeps a million symbols fast.
 */
export class RandomWalkFeed implements Feed {
  readonly waiting = false;
  readonly nextTimeNs = 0;
  readonly rejectedRows = 0;

  readonly #random: SeededRandom;
  readonly #writer = new TickWriter();
  /** Present prices, in cents. */
  readonly #prices: Int32Array;
  /** The symbol that ticks next. */
  #next = 0;
  /** Symbols below it have ticked. */
  #filled = 0;
  /** Wall-clock time of the last ticks, in ms; it never goes backwards. */
  #marketMs = 0;
  #closed = false;

  /**
   * @param settings `skip`: start after this many ticks, which are made and dropped. Default 0
   * @throws FeedSettingError for bad symbols (see checkSymbols), or a seed that is not an integer
   */
  constructor(settings: { symbols: readonly string[]; seed: number; skip?: number }) {
    checkSymbols(settings.symbols);
    const count = settings.symbols.length;
    this.#random = new SeededRandom(settings.seed, PRICE_STREAM);
    this.#prices = new Int32Array(count);
    for (const [index, symbol] of shuffled(settings.symbols, this.#random).entries()) {
      this.#prices[index] = START_CENTS_MIN + this.#random.below(START_CENTS_MAX - START_CENTS_MIN + 1);
      assert.equal(this.#writer.indexOf(symbol), index);
    }
    this.#skip(settings.skip ?? 0);
  }

  get ended(): boolean {
    return this.#closed;
  }

  fill(out: TickFrames, ticksMax: number, horizonNs: number): void {
    if (this.#closed || horizonNs < 0 || ticksMax <= 0 || !out.hasRoom()) return;
    this.#marketMs = Math.max(this.#marketMs, Date.now());
    out.setMarketTime(this.#marketMs);
    // In locals, because the engine reads a field again after every write to memory: 20 ns per tick become
    // 14.
    const random = this.#random;
    const prices = this.#prices;
    const writer = this.#writer;
    const { view } = out;
    const atMax = view.byteLength - TICK_FRAME_BYTES_MAX;
    let at = out.length;
    let symbol = this.#next;
    let ticks = 0;
    for (; ticks < ticksMax && at <= atMax; ticks++) {
      const price = nextPrice(prices[symbol], random);
      prices[symbol] = price;
      at = writer.writeCents(view, at, symbol, price);
      symbol = symbol + 1 === prices.length ? 0 : symbol + 1;
    }
    out.length = at;
    out.count += ticks;
    this.#next = symbol;
    this.#filled = Math.min(prices.length, this.#filled + ticks);
  }

  snapshot(out: TickFrames, from: number): number {
    let symbol = from;
    for (; symbol < this.#filled && out.hasRoom(); symbol++) {
      out.length = this.#writer.writeCents(out.view, out.length, symbol, this.#prices[symbol]);
      out.count++;
    }
    return symbol < this.#filled ? symbol : -1;
  }

  #skip(ticks: number): void {
    const prices = this.#prices;
    let symbol = 0;
    for (let i = 0; i < ticks; i++) {
      prices[symbol] = nextPrice(prices[symbol], this.#random);
      symbol = symbol + 1 === prices.length ? 0 : symbol + 1;
    }
    this.#next = symbol;
    this.#filled = Math.min(prices.length, ticks);
  }

  async ready(): Promise<void> {}

  onStatus(listener: (status: FeedStatus) => void): void {
    listener({ state: 'up' });
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

/** The price in cents after `price`, from 1 to CENTS_MAX. It always differs, and turns back at the bounds. */
export function nextPrice(price: number, random: SeededRandom): number {
  const size = 1 + (price >> STEP_SHIFT);
  const drawn = (((random.next() >>> 16) * (2 * size)) >>> 16) - size;
  // Leaves out 0. A branch here would be mispredicted half the time, at 5 ns per tick.
  const step = drawn + 1 + (drawn >> 31);
  const next = price + step;
  return next < 1 || next > CENTS_MAX ? price - step : next;
}

function shuffled(symbols: readonly string[], random: SeededRandom): string[] {
  const order = [...symbols];
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = random.below(last + 1);
    [order[last], order[chosen]] = [order[chosen], order[last]];
  }
  return order;
}
