// What a trading strategy is: a few hooks that the Strategy process calls. Write your own file against this.

import type { ExecutionReport } from '../orders.ts';
import type { Signal } from './signals.ts';

/** What the options of the command line say to every strategy. */
export interface StrategySettings {
  /** The short window, in ticks. */
  short: number;
  /** The long window, in ticks. */
  long: number;
  /** News above this sentiment (0 to 100) is good. */
  bullish: number;
  /** News below this sentiment (0 to 100) is bad. */
  bearish: number;
  /** The target position, in shares: a `BUY` aims at +quantity, a `SELL` at -quantity. */
  quantity: number;
}

/** The symbols of the price book. Symbols may be added while the system runs; an index keeps its symbol. */
export interface SymbolNames {
  readonly count: number;
  /** The symbol with this index, `AAPL`, or undefined when there is none yet. */
  nameOf(symbol: number): string | undefined;
}

/**
 * The rules of one strategy. The Strategy process reads the ticks and the news, calls the hooks, and turns a
 * signal into an order towards the target position, one order in flight a symbol. The hooks are called one at
 * a time and must not wait for anything; what one throws ends the process, with the file and line.
 */
export interface TradingStrategy {
  /** Called once, before the first tick. */
  start?(symbols: SymbolNames): void;

  /**
   * Called for every tick, in the order in which they left the Gateway, also for a symbol whose order is not
   * answered yet. `symbol` is the index in the price book, `price` is in USD, above zero. `sentiment` is the
   * latest news, 0 to 100, or NaN when there is none or its connection is dead. Returns what to do about this
   * symbol. It is called millions of times a second: keep state in typed arrays by index, and make no objects.
   */
  onTick(symbol: number, price: number, sentiment: number): Signal;

  /** Called for every sentiment (0 to 100) as it comes. */
  onNews?(sentiment: number): void;

  /** Called for every answer to an order of this strategy, after its position was brought up to date. */
  onReport?(report: ExecutionReport): void;
}

/** What the default export of a strategy file is. */
export type CreateStrategy = (settings: StrategySettings) => TradingStrategy;
