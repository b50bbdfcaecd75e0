// What a strategy holds of each symbol, and which symbols have an order in flight.

import type { FilledReport } from './orders.ts';
import { applyFill, FLAT_POSITION, type Position, type SymbolPosition } from './positions.ts';
import { addQuantities } from './quantity.ts';

/** One symbol of one strategy. */
export interface Holding extends Position {
  readonly symbol: string;
  /** Whether an order for the symbol waits for its report. */
  hasOrder: boolean;
}

type MutableHolding = { -readonly [K in keyof Holding]: Holding[K] };

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

  /** All positions that are not flat, or have realised P&L. */
  get positions(): SymbolPosition[] {
    return [...this.#bySymbol.values()]
      .filter(({ quantity, realisedPnl }) => quantity !== 0 || realisedPnl !== 0)
      .map(({ symbol, quantity, averagePrice, realisedPnl }) => ({
        symbol,
        quantity,
        averagePrice,
        realisedPnl,
      }));
  }

  /**
   * Takes the position from the report of a fill. A report that was delayed by a reconnect may be of an order
   * that the positions of the logon include already: then nothing changes.
   */
  fill({ symbol, side, quantity, price, fee, position }: FilledReport): void {
    const holding = this.#of(symbol);
    if (holding.quantity === position) return;
    this.#set(holding, { ...applyFill(holding, side, quantity, price, fee), quantity: position });
  }

  /** Sets all positions: a symbol that is not among them is flat. Orders stay in flight. */
  setAll(positions: readonly SymbolPosition[]): void {
    for (const holding of this.#bySymbol.values()) Object.assign(holding, FLAT_POSITION);
    this.long = 0;
    this.short = 0;
    for (const position of positions) this.#set(this.#of(position.symbol), { ...FLAT_POSITION, ...position });
  }

  #set(holding: MutableHolding, { quantity, averagePrice, realisedPnl }: Position): void {
    this.#addToTotals(holding.quantity, -1);
    this.#addToTotals(quantity, 1);
    holding.quantity = quantity;
    holding.averagePrice = averagePrice;
    holding.realisedPnl = realisedPnl;
  }

  #of(symbol: string): MutableHolding {
    const known = this.#bySymbol.get(symbol);
    if (known !== undefined) return known;
    const holding = { symbol, ...FLAT_POSITION, hasOrder: false };
    this.#bySymbol.set(symbol, holding);
    return holding;
  }

  #addToTotals(quantity: number, sign: 1 | -1): void {
    if (quantity > 0) this.long = addQuantities(this.long, sign * quantity);
    else this.short = addQuantities(this.short, -sign * quantity);
  }
}
