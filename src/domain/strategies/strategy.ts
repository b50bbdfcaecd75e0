// The interface of a trading strategy: hooks that the trader calls. Your own strategy implements it.

import type { ExecutionReport } from '../orders.ts';
import type { Signal } from './signals.ts';

/** The symbols of the price book. Symbols may be added while the stack runs; an index keeps its symbol. */
export interface SymbolNames {
  /** The number of symbols so far: their indices are those below. */
  readonly count: number;
  /** The symbol with this index (`AAPL`), or undefined if there is none yet. */
  nameOf(symbol: number): string | undefined;
}

/**
 * What a strategy can look up in its hooks: one object, always up to date. `symbol` is an index in the price
 * book. An order in flight counts when it is filled.
 */
export interface StrategyContext {
  /** The symbols and their indices. */
  readonly symbols: SymbolNames;
  /**
   * The market time of the current tick, in ms since 1970 UTC: by its data, or else the wall clock. NaN before the first
   * tick.
   */
  readonly timeMs: number;
  /**
   * Why this tick's answer is what it is: a text of at most 64 bytes, for people. Set it in onTick; it goes with the order
   * into log and record. Empty before each tick.
   */
  note: string;
  /** Signed shares held of the symbol. Before the first tick: what the strategy starts with. */
  position(symbol: number): number;
  /** Average cost per share held, in USD; 0 when flat. */
  averagePrice(symbol: number): number;
  /** Profit of all closed shares of the symbol, less all fees, in USD. */
  realisedPnl(symbol: number): number;
}

/** The position to hold in shares: 0 is flat, below zero is short. `'keep'` leaves it as it is. */
export type Target = number | 'keep';

/**
 * The rules of one strategy. The trader calls the hooks with ticks and news, and moves each position towards
 * its target, with one order in flight per symbol. Hooks are called one at a time and must not wait for
 * anything. If a hook throws or answers anything else, the strategy stops with one line that names the place.
 */
export interface TradingStrategy {
  /** Called once, before the first tick. */
  start?(symbols: SymbolNames): void;

  /**
   * Called for every tick, in the order in which they left the Gateway, even while an order for the symbol is
   * in flight. `symbol` is the index in the price book, `price` is in USD, above zero. `sentiment` is the
   * latest news, 0 to 100, or NaN without news or without a connection to it. Returns the target for this
   * symbol; a target whose order was rejected is not tried again until the answer changes. Called up to
   * millions of times per second: keep state in typed arrays by index, and create no objects.
   */
  onTick(symbol: number, price: number, sentiment: number): Target;

  /** Called for every sentiment (0 to 100) when it arrives; in lossless mode before the first tick that it holds for. */
  onNews?(sentiment: number): void;

  /** Called for every report of an order of this strategy, after its position is updated. */
  onReport?(report: ExecutionReport): void;

  /**
   * What people are shown of a symbol: returns its signal, or undefined while there is none, and fills `values` with
   * its indicators in the order in which the file declares them. Each is NaN before the call; a value that is not finite is shown as none.
   * Called between ticks, at most ten times per second for a symbol with new ticks, in a backtest once per day. So it must
   * change nothing that onTick uses.
   */
  publish?(symbol: number, values: Float64Array): Signal | undefined;
}

/** Makes a strategy whose parameters are known. Called again for each new price book. */
export type CreateStrategy = (context: StrategyContext) => TradingStrategy;
