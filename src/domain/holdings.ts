// What a strategy holds of each symbol, and which symbols have an order in flight.

import type { SymbolQuantity } from './positions.ts';

/** One symbol of one strategy. */
export interface Holding {
  readonly symbol: string;
  /** Signed shares, as the OrderManager last reported. */
  readonly quantity: number;
  /** Whether an order for the symbol waits for its report. */
  hasOrder: boolean;
}

interface MutableHolding extends Holding {
  quantity: number;
}

export class Holdings {
  /** Shares held long, over all symbols. */
  long = 0;
  /** Shares held short, over all symbols; never negative. */
  short = 0;
  readonly #bySymbol = new Map<string, MutableHolding>();

  /** The holding of a symbol, always the same object; flat without an order when the symbol is new. */
  of(symbol: string): Holding {
    return this.#of(symbol);
  }

  /** Sets the position of one symbol, in signed shares. */
  set(symbol: string, quantity: number): void {
    const holding = this.#of(symbol);
    this.#addToTotals(holding.quantity, -1);
    this.#addToTotals(quantity, 1);
    holding.quantity = quantity;
  }

  /** Sets all positions: a symbol that is not among them is flat. Orders stay in flight. */
  setAll(positions: readonly SymbolQuantity[]): void {
    for (const holding of this.#bySymbol.values()) holding.quantity = 0;
    this.long = 0;
    this.short = 0;
    for (const { symbol, quantity } of positions) this.set(symbol, quantity);
  }

  #of(symbol: string): MutableHolding {
    const known = this.#bySymbol.get(symbol);
    if (known !== undefined) return known;
    const holding = { symbol, quantity: 0, hasOrder: false };
    this.#bySymbol.set(symbol, holding);
    return holding;
  }

  #addToTotals(quantity: number, sign: 1 | -1): void {
    if (quantity > 0) this.long += sign * quantity;
    else this.short -= sign * quantity;
  }
}
