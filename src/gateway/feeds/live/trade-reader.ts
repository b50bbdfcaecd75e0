// Turns messages into ticks, and counts what is left out. A live feed and a replayed recording share it, so
// both give the same ticks.

import { isSymbol } from '../../../domain/symbol.ts';
import { quoted } from '../feed-errors.ts';
import { SYMBOLS_MAX } from '../symbols.ts';
import type { Timestamp } from '../timestamp.ts';
import { DECIMALS_MAX, type WirePrice, wirePrice } from '../wire-price.ts';
import type { Trade } from './exchange.ts';
import { Lateness } from './lateness.ts';
import type { Received } from './received.ts';
import { TradeIds } from './trade-ids.ts';

/** A trade that is a tick. */
export interface LiveTick {
  readonly symbol: string;
  readonly price: WirePrice;
  /** When the exchange made the trade. */
  readonly made: Timestamp;
  /** When its message came. */
  readonly received: Timestamp;
}

export interface TradeReaderSettings {
  /** Our names by the exchange's; undefined: all its symbols, by its names. */
  readonly names?: ReadonlyMap<string, string>;
  /** A trade that comes this much later than trades usually do is left out: nobody trades on it. */
  readonly lateMs: number;
}

export class TradeReader {
  readonly ids = new TradeIds();
  /** Trades left out because they came late. */
  late = 0;
  /** Trades and messages that are not valid. */
  rejected = 0;
  /** The last of them, and why. */
  lastRejection: string | undefined;
  firstRejection: string | undefined;
  readonly #names: ReadonlyMap<string, string> | undefined;
  readonly #lateMs: number;
  readonly #lateness = new Lateness();
  readonly #symbols = new Set<string>();

  constructor({ names, lateMs }: TradeReaderSettings) {
    this.#names = names;
    this.#lateMs = lateMs;
  }

  /** Calls `put` for each trade of a message that is a tick. */
  read({ at, parts }: Received, put: (tick: LiveTick) => void): void {
    for (const part of parts) {
      if (part.kind === 'trade') this.#readTrade(part, at, put);
      else if (part.kind === 'last-trade') this.ids.passed(part.symbol, part.tradeId);
      else if (part.kind === 'malformed') this.#reject(part.problem);
      else if (part.kind === 'heartbeat' && part.symbol !== undefined && part.tradeId !== undefined)
        this.ids.announced(part.symbol, part.tradeId);
    }
  }

  #readTrade(trade: Trade, received: Timestamp, put: (tick: LiveTick) => void): void {
    const symbol = this.#names === undefined ? trade.symbol : this.#names.get(trade.symbol);
    if (symbol === undefined) return;
    const excessMs = this.#lateness.excessMs(received, trade.time);
    if (!this.ids.accept(trade.symbol, trade.tradeId, trade.time.epochMs)) return;
    const price = wirePrice(trade.price);
    if (price === undefined) this.#rejectTrade(trade, `the price ${quoted(trade.price)}`);
    else if (!this.#symbols.has(symbol) && !this.#mayAdd(symbol)) this.#rejectTrade(trade, 'this symbol');
    else if (excessMs > this.#lateMs) this.late++;
    else put({ symbol, price, made: trade.time, received });
  }

  #mayAdd(symbol: string): boolean {
    if (!isSymbol(symbol) || this.#symbols.size >= SYMBOLS_MAX) return false;
    this.#symbols.add(symbol);
    return true;
  }

  #rejectTrade({ symbol, tradeId }: Trade, what: string): void {
    this.#reject(
      `trade ${tradeId} of ${quoted(symbol)} has ${what}; ` +
        `expected a valid symbol and a price above zero with at most ${DECIMALS_MAX} decimals`,
    );
  }

  #reject(problem: string): void {
    this.rejected++;
    this.lastRejection = problem;
    this.firstRejection ??= problem;
  }
}
