// The interface of a trading strategy: hooks that the trader calls. Your own strategy implements it.

import type { ExecutionReport } from '../orders.ts';
import type { Signal } from './signals.ts';

/** The command-line options that every strategy gets. */
export interface StrategySettings {
  /** The short window, in ticks. */
  short: number;
  /** The long window, in ticks. */
  long: number;
  /** News above this sentiment (0 to 100) is bullish. */
  bullish: number;
  /** News below this sentiment (0 to 100) is bearish. */
  bearish: number;
  /** The target position, in shares: a `BUY` aims at +quantity, a `SELL` at -quantity. */
  quantity: number;
}

/** The symbols of the price book. Symbols may be added while the stack runs; an index keeps its symbol. */
export interface SymbolNames {
  readonly count: number;
  /** The symbol with this index (`AAPL`), or undefined if there is none yet. */
  nameOf(symbol: number): string | undefined;
}

/**
 * The rules of one strategy. The trader calls the hooks with ticks and news, and turns a signal into an order
 * towards the target position, with one order in flight per symbol. Hooks are called one at a time and must
 * not wait for anything. If a hook throws, the process exits and prints the file and line.
 */
export interface TradingStrategy {
  /** Called once, before the first tick. */
  start?(symbols: SymbolNames): void;

  /**
   * Called for every tick, in the order in which they left the Gateway, even while an order for the symbol is
   * in flight. `symbol` is the index in the price book, `price` is in USD, above zero. `sentiment` is the
   * latest news, 0 to 100, or NaN without news or without a connection to it. Returns the signal for this
   * symbol. Called up to millions of times per second: keep state in typed arrays by index, and create no
   * objects.
   */
  onTick(symbol: number, price: number, sentiment: number): Signal;

  /** Called for every sentiment (0 to 100) when it arrives. */
  onNews?(sentiment: number): void;

  /** Called for every report of an order of this strategy, after its position is updated. */
  onReport?(report: ExecutionReport): void;
}

/** The default export of a strategy file. */
export type CreateStrategy = (settings: StrategySettings) => TradingStrategy;
