// The positions of a strategy by the indices of one price book: what the trader trades, and what the strategy
// is told.

import type { Holding, Holdings } from './holdings.ts';
import { FLAT_POSITION } from './positions.ts';
import type { StrategyContext, SymbolNames } from './strategies/strategy.ts';
import { WrongSymbolError } from './strategies/strategy-errors.ts';
import { isSymbol } from './symbol.ts';

/** Stands for a symbol without a valid name, or one that is not to be traded. */
export const NOT_TRADED: Holding = { symbol: '', ...FLAT_POSITION, hasOrder: false };

export interface StrategyPositionsOptions {
  /** The symbols to trade; undefined for all. */
  readonly traded: readonly string[] | undefined;
  /** The symbol with this index has no valid name, and is not traded. Called once per index. */
  readonly onUnnamed: (index: number) => void;
  /** The market time of a tick without one that left the Gateway at `timeNs`, in ms since 1970. */
  readonly marketTimeMs: (timeNs: number) => number;
}

export class StrategyPositions implements StrategyContext {
  readonly symbols: SymbolNames;
  /** When the current tick left the Gateway, in ns of the trader's clock; NaN before the first. */
  tickTimeNs = Number.NaN;
  /** When the current tick was made, in ms since 1970; NaN if its source does not know. */
  tickMarketTimeMs = Number.NaN;
  note = '';
  readonly #holdings: Holdings;
  readonly #options: StrategyPositionsOptions;
  /** By symbol index; undefined until it is needed. */
  readonly #byIndex: (Holding | undefined)[] = [];

  constructor(symbols: SymbolNames, holdings: Holdings, options: StrategyPositionsOptions) {
    this.symbols = symbols;
    this.#holdings = holdings;
    this.#options = options;
  }

  /** The holding of the symbol with this index, or NOT_TRADED. */
  of(index: number): Holding {
    return this.#byIndex[index] ?? this.#register(index);
  }

  /** The index of a holding that of() has returned; -1 for another. */
  indexOf(holding: Holding): number {
    return this.#byIndex.indexOf(holding);
  }

  get timeMs(): number {
    const timeMs = this.tickMarketTimeMs;
    return Number.isNaN(timeMs) ? this.#options.marketTimeMs(this.tickTimeNs) : timeMs;
  }

  position(symbol: number): number {
    return this.#lookUp(symbol, 'position').quantity;
  }

  averagePrice(symbol: number): number {
    return this.#lookUp(symbol, 'averagePrice').averagePrice;
  }

  realisedPnl(symbol: number): number {
    return this.#lookUp(symbol, 'realisedPnl').realisedPnl;
  }

  /** A strategy may ask for an index that has no symbol yet. */
  #lookUp(index: number, method: string): Holding {
    const known = this.#byIndex[index];
    if (known !== undefined) return known;
    if (!Number.isInteger(index)) throw new WrongSymbolError(method, index);
    return this.symbols.nameOf(index) === undefined ? NOT_TRADED : this.#register(index);
  }

  #register(index: number): Holding {
    const symbol = this.symbols.nameOf(index) ?? '';
    const isNamed = isSymbol(symbol);
    if (!isNamed) this.#options.onUnnamed(index);
    const isTraded = isNamed && (this.#options.traded?.includes(symbol) ?? true);
    const holding = isTraded ? this.#holdings.of(symbol) : NOT_TRADED;
    this.#byIndex[index] = holding;
    return holding;
  }
}
