// Rolling short and long averages per symbol, compared exactly: the price signal of the crossover.

import { Signal } from './signals.ts';

/** The longest window, in ticks. */
export const WINDOW_TICKS_MAX = 100_000;

/** Prices are averaged as whole units of 10^-8 USD: the wire carries at most 8 decimals. */
const UNITS_PER_USD = 1e8;

/** The highest price that all windows average, in USD: a double holds its units exactly. */
export const AVERAGED_PRICE_MAX = 90_000_000;

/** The highest price that any windows average, in USD. */
const HIGHEST_PRICE = 1e12;

/** A price above AVERAGED_PRICE_MAX is split into blocks of this many USD, whose units are whole high limbs, and a rest. */
const BLOCK_USD = 2 ** 26;

/** Symbols are numbered from 0; no table of symbols is larger. */
const SYMBOLS_MAX = 2 ** 20;
const SYMBOLS_AT_START = 64;

/**
 * `lead` below is a number of two limbs, high * LIMB + low. With windows of 10^5 ticks and units below 2^53
 * the high limb stays below 10^10 * 2^19 and a tick adds less than 2^52 to the low one. So every operation is
 * on whole numbers below 2^53, where doubles are exact.
 */
const LIMB = 2 ** 34;
const BLOCK_LIMBS = (BLOCK_USD * UNITS_PER_USD) / LIMB;
/** High limbs of a price without blocks, at most. */
const REST_LIMBS = 2 ** 19;
/** Below this the high limb of `lead` is exact. */
const HIGH_MAX = 2 ** 53;

/** The units of a price without its blocks. */
function restUnits(price: number): number {
  if (price <= AVERAGED_PRICE_MAX) return Math.round(price * UNITS_PER_USD);
  const whole = Math.floor(price);
  return (whole % BLOCK_USD) * UNITS_PER_USD + Math.round((price - whole) * UNITS_PER_USD);
}

/** The high limbs of the blocks of a price. */
function blockLimbs(price: number): number {
  return price <= AVERAGED_PRICE_MAX ? 0 : Math.floor(price / BLOCK_USD) * BLOCK_LIMBS;
}

/** The highest price whose blocks keep `lead` exact with these windows. */
function priceMaxOf(short: number, long: number): number {
  const blocks = Math.floor((HIGH_MAX / (short * long) - REST_LIMBS) / BLOCK_LIMBS);
  return Math.min(HIGHEST_PRICE, Math.max(AVERAGED_PRICE_MAX, blocks * BLOCK_USD));
}

/** The windows break `1 <= short < long <= WINDOW_TICKS_MAX`. */
export class WindowError extends RangeError {
  override readonly name = 'WindowError';

  constructor(short: number, long: number) {
    super(
      `the averages need whole numbers of ticks with 1 <= short < long <= ${WINDOW_TICKS_MAX}, ` +
        `but short is ${short} and long is ${long}; choose others, for example 5 and 20`,
    );
  }
}

/** A symbol index that no table of symbols can hold. */
export class SymbolIndexError extends RangeError {
  override readonly name = 'SymbolIndexError';

  constructor(symbol: number) {
    super(`a symbol index is a whole number from 0 to ${SYMBOLS_MAX - 1}, but ${symbol} was given`);
  }
}

/**
 * The averages of the last `short` and the last `long` ticks of each symbol. A tick costs the same for all
 * windows and allocates nothing. Nothing drifts: equal averages compare equal after any number of ticks.
 *
 * The sign of (short average - long average) is the sign of `lead` = short sum * long - long sum * short. A
 * tick changes each sum by (new price - price that leaves the window), so `lead` is updated instead of the
 * sums, in whole numbers.
 */
export class MovingAverages {
  readonly short: number;
  readonly long: number;
  /** The highest price that is averaged, in USD: 10^12, and less where short * long is above 1.5 million. */
  readonly priceMax: number;
  /** Ticks left out because their price is not above zero, or is above `priceMax`. */
  refusedPrices = 0;

  #capacity = 0;
  /** The last `long` prices of each symbol, in USD; zero before the first ticks. */
  #prices = new Float64Array(0);
  /** Offset of the next price within the symbol's `long` prices. */
  #next = new Uint32Array(0);
  /** Ticks seen per symbol, up to `long`. */
  #ticks = new Uint32Array(0);
  #leadHigh = new Float64Array(0);
  #leadLow = new Float64Array(0);

  /** Windows in ticks. @throws WindowError unless `1 <= short < long <= WINDOW_TICKS_MAX` */
  constructor(short: number, long: number) {
    const whole = Number.isInteger(short) && Number.isInteger(long);
    if (!whole || short < 1 || short >= long || long > WINDOW_TICKS_MAX) throw new WindowError(short, long);
    this.short = short;
    this.long = long;
    this.priceMax = priceMaxOf(short, long);
  }

  /**
   * Adds one tick: the symbol's index and its price in USD. Returns `BUY` if the short average is strictly
   * above the long one, `SELL` if strictly below, `NEUTRAL` if they are equal or the symbol has had fewer
   * than `long` ticks. A price that cannot be averaged is counted in `refusedPrices` and is `NEUTRAL`.
   * @throws SymbolIndexError for an index that is not a whole number from 0 to 2^20 - 1
   */
  push(symbol: number, price: number): Signal {
    if (!(price > 0 && price <= this.priceMax)) {
      this.refusedPrices++;
      return Signal.NEUTRAL;
    }
    if (!(symbol < this.#capacity && symbol >= 0)) this.#grow(symbol);
    this.#slide(symbol, price);
    return this.signal(symbol);
  }

  /** What push() has returned for the symbol's last price that could be averaged. */
  signal(symbol: number): Signal {
    return this.#ticks[symbol] === this.long ? this.#signal(symbol) : Signal.NEUTRAL;
  }

  /** The average of the last `short` prices in USD, or NaN before `long` ticks. Rounded: for display only. */
  shortAverage(symbol: number): number {
    return this.#average(symbol, this.short);
  }

  /** The average of the last `long` prices in USD, or NaN before `long` ticks. Rounded: for display only. */
  longAverage(symbol: number): number {
    return this.#average(symbol, this.long);
  }

  /** Copies fields to locals: V8 reloads a field after every write to memory. */
  #slide(symbol: number, price: number): void {
    const { short, long } = this;
    const prices = this.#prices;
    const start = symbol * long;
    const next = this.#next[symbol];
    const leavesShort = prices[start + (next >= short ? next - short : next - short + long)];
    const leavesLong = prices[start + next];
    prices[start + next] = price;
    this.#next[symbol] = next + 1 === long ? 0 : next + 1;
    if (this.#ticks[symbol] < long) this.#ticks[symbol]++;
    const rest = restUnits(price);
    const blocks = blockLimbs(price);
    const shortChange = rest - restUnits(leavesShort);
    const longLoss = restUnits(leavesLong) - rest;
    const shortBlocks = blocks - blockLimbs(leavesShort);
    const longBlocks = blockLimbs(leavesLong) - blocks;
    this.#addToLead(symbol, shortChange, longLoss, shortBlocks * long + longBlocks * short);
  }

  /**
   * lead += shortChange * long - longChange * short, where `longLoss` is -longChange.
   * @param blocks what the blocks of high prices add to the high limb
   */
  #addToLead(symbol: number, shortChange: number, longLoss: number, blocks: number): void {
    const { short, long } = this;
    const leadLow = this.#leadLow;
    const changeHigh = Math.floor(shortChange / LIMB);
    const lossHigh = Math.floor(longLoss / LIMB);
    const changeLow = shortChange - changeHigh * LIMB;
    const lossLow = longLoss - lossHigh * LIMB;
    const low = leadLow[symbol] + changeLow * long + lossLow * short;
    const carry = Math.floor(low / LIMB);
    leadLow[symbol] = low - carry * LIMB;
    this.#leadHigh[symbol] += changeHigh * long + lossHigh * short + carry + blocks;
  }

  /** The low limb is never negative, so the sign of the high limb shows a negative lead. */
  #signal(symbol: number): Signal {
    const high = this.#leadHigh[symbol];
    if (high < 0) return Signal.SELL;
    return high > 0 || this.#leadLow[symbol] > 0 ? Signal.BUY : Signal.NEUTRAL;
  }

  #average(symbol: number, window: number): number {
    if (this.#ticks[symbol] !== this.long) return Number.NaN;
    let sum = 0;
    let blocks = 0;
    for (let back = 1; back <= window; back++) {
      const at = (this.#next[symbol] - back + this.long) % this.long;
      sum += restUnits(this.#prices[symbol * this.long + at]);
      blocks += blockLimbs(this.#prices[symbol * this.long + at]);
    }
    return (blocks * LIMB + sum) / window / UNITS_PER_USD;
  }

  #grow(symbol: number): void {
    if (!Number.isInteger(symbol) || symbol < 0 || symbol >= SYMBOLS_MAX) throw new SymbolIndexError(symbol);
    const capacity = Math.max(SYMBOLS_AT_START, this.#capacity * 2, symbol + 1);
    this.#prices = enlarged(this.#prices, new Float64Array(capacity * this.long));
    this.#next = enlarged(this.#next, new Uint32Array(capacity));
    this.#ticks = enlarged(this.#ticks, new Uint32Array(capacity));
    this.#leadHigh = enlarged(this.#leadHigh, new Float64Array(capacity));
    this.#leadLow = enlarged(this.#leadLow, new Float64Array(capacity));
    this.#capacity = capacity;
  }
}

function enlarged<T extends Float64Array | Uint32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
