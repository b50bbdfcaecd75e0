// Checks the ticks of a feed file. A value that no tick can have is skipped and counted, as a row of a file is; a value
// of another type is a fault in the program, and stops it.

import { describe } from '../../../domain/strategies/strategy-errors.ts';
import { isSymbol, SYMBOL_EXPECTED, symbolFault } from '../../../domain/symbol.ts';
import { MARKET_TIME_MS_MAX } from '../../../protocol/market-time.ts';
import { quoted } from '../feed-errors.ts';
import { wallTime } from '../live/received.ts';
import type { Skip, SkipReason } from '../skips.ts';
import { SYMBOLS_MAX } from '../symbols.ts';
import type { Timestamp } from '../timestamp.ts';
import {
  DECIMALS_MAX,
  PRICE_FAULT_NAMES,
  PRICE_MAX,
  priceFault,
  roundedWirePrice,
  type WirePrice,
  wirePrice,
} from '../wire-price.ts';
import { OwnFeedFailedError } from './own-errors.ts';

/** A tick that can be sent. */
interface ReadTick {
  readonly symbol: string;
  readonly price: WirePrice;
  readonly time: Timestamp;
}

const TICK = "expected { symbol: 'AAPL', price: '172.53', time: 1772350116926 }, or an array of these";
const PRICE_EXPECTED = `a number above 0, at most ${PRICE_MAX}, with at most ${DECIMALS_MAX} decimals`;
const BAD_TIME: SkipReason = {
  fault: 'time not valid or unclear',
  reason: 'time is not valid',
  expected: 'ms since 1970',
};
const TOO_MANY_SYMBOLS: SkipReason = {
  fault: 'too many symbols',
  reason: 'too many symbols',
  expected: `at most ${SYMBOLS_MAX}`,
};

export class OwnTickReader {
  /** Ticks of the feed. */
  given = 0;
  /** Those that were skipped. */
  skipped = 0;
  /** Those that can be sent. The others are of symbols that are not wanted. */
  valid = 0;
  readonly #file: string;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #symbols = new Set<string>();
  readonly #skips = new Map<string, Skip>();

  /** @param symbols the only ones that count; undefined: all */
  constructor(file: string, symbols: readonly string[] | undefined) {
    this.#file = file;
    this.#wanted = symbols && new Set(symbols);
  }

  get skips(): readonly Skip[] {
    return [...this.#skips.values()];
  }

  /** Undefined for a tick that is left out. @throws OwnFeedFailedError */
  read(given: unknown): ReadTick | undefined {
    this.given++;
    if (typeof given !== 'object' || given === null) throw this.#fault(`it gave ${describe(given)}; ${TICK}`);
    const { symbol, price, time } = given as Readonly<Record<string, unknown>>;
    if (typeof symbol !== 'string') throw this.#fault(`its symbol is ${describe(symbol)}; ${TICK}`);
    if (typeof price !== 'string' && typeof price !== 'number')
      throw this.#fault(`its price is ${describe(price)}; expected text or a number, such as '172.53'`);
    if (time !== undefined && typeof time !== 'number')
      throw this.#fault(`its time is ${describe(time)}; expected ms since 1970, such as Date.parse(text)`);
    if (this.#wanted !== undefined && !this.#wanted.has(symbol)) return undefined;
    if (!this.#symbols.has(symbol) && !this.#mayAdd(symbol)) return undefined;
    const text = String(price);
    const wire = wirePrice(text) ?? (typeof price === 'number' ? roundedWirePrice(text) : undefined);
    if (wire === undefined) return this.#skip(priceReason(price), text);
    if (time !== undefined && !(Math.abs(time) <= MARKET_TIME_MS_MAX))
      return this.#skip(BAD_TIME, String(time));
    this.valid++;
    return { symbol, price: wire, time: time === undefined ? wallTime() : timestampOf(time) };
  }

  #mayAdd(symbol: string): boolean {
    if (!isSymbol(symbol)) this.#skip(badSymbol(symbol), symbol);
    else if (this.#symbols.size >= SYMBOLS_MAX) this.#skip(TOO_MANY_SYMBOLS, symbol);
    else return this.#symbols.add(symbol).has(symbol);
    return false;
  }

  #skip({ fault, reason, expected }: SkipReason, text: string): undefined {
    this.skipped++;
    const known = this.#skips.get(reason);
    if (known !== undefined) known.count++;
    else {
      const first = `tick ${this.given}: ${reason}: ${quoted(text)}, expected ${expected}`;
      this.#skips.set(reason, { fault, reason, count: 1, first });
    }
  }

  #fault(what: string): OwnFeedFailedError {
    return new OwnFeedFailedError(this.#file, `tick ${this.given}: ${what}`);
  }
}

function badSymbol(symbol: string): SkipReason {
  const expected = `${SYMBOL_EXPECTED} (${symbolFault(symbol)})`;
  return { fault: 'symbol not valid', reason: 'symbol is not valid', expected };
}

function priceReason(price: string | number): SkipReason {
  const text = String(price);
  if (typeof price === 'string' && roundedWirePrice(text) !== undefined)
    return {
      fault: 'price too high, too low or too fine',
      reason: `price has more than ${DECIMALS_MAX} decimals`,
      expected: PRICE_EXPECTED,
    };
  const kind = priceFault(text);
  return { fault: PRICE_FAULT_NAMES[kind], reason: `price is ${kind}`, expected: PRICE_EXPECTED };
}

function timestampOf(time: number): Timestamp {
  const epochMs = Math.floor(time);
  return { epochMs, ns: Math.min(Math.round((time - epochMs) * 1e6), 999_999) };
}
