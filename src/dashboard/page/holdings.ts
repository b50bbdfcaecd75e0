// What the strategies hold, and their P&L at the latest prices: of all strategies, or of one. It uses no DOM.

import type { StrategyPosition } from '../../domain/positions.ts';
import type { NewPositions } from '../messages.ts';

/** P&L in USD. */
export interface Pnl {
  readonly realised: number;
  readonly unrealised: number;
}

/** The net position in a symbol. */
export interface Holding {
  /** Shares, signed. */
  readonly quantity: number;
  /** Realised and unrealised, USD. */
  readonly pnl: number;
}

/** The price of a symbol in USD; 0 before the first. */
export type PriceOf = (symbol: string) => number;

/** Quantities have at most 8 decimals. */
const UNITS_PER_SHARE = 1e8;
const FLAT: Holding = { quantity: 0, pnl: 0 };

export class Holdings {
  /** By symbol, then by strategy. */
  readonly #positions = new Map<string, Map<string, StrategyPosition>>();

  apply({ complete, lines }: NewPositions): void {
    if (complete) this.clear();
    for (const line of lines) {
      const ofSymbol = this.#positions.get(line.symbol) ?? new Map<string, StrategyPosition>();
      this.#positions.set(line.symbol, ofSymbol.set(line.strategy, line));
    }
  }

  clear(): void {
    this.#positions.clear();
  }

  /** @param strategy only its positions; '' for all */
  all(strategy: string): StrategyPosition[] {
    const all: StrategyPosition[] = [];
    for (const ofSymbol of this.#positions.values())
      for (const position of ofSymbol.values())
        if (strategy === '' || position.strategy === strategy) all.push(position);
    return all;
  }

  of(symbol: string, price: number, strategy: string): Holding {
    const ofSymbol = this.#positions.get(symbol);
    if (!ofSymbol) return FLAT;
    let quantity = 0;
    let pnl = 0;
    for (const position of ofSymbol.values()) {
      if (strategy !== '' && position.strategy !== strategy) continue;
      quantity = Math.round((quantity + position.quantity) * UNITS_PER_SHARE) / UNITS_PER_SHARE;
      pnl += position.realisedPnl + unrealisedOf(position, price);
    }
    return { quantity, pnl };
  }

  total(strategy: string, priceOf: PriceOf): Pnl {
    let realised = 0;
    let unrealised = 0;
    for (const position of this.all(strategy)) {
      realised += position.realisedPnl;
      unrealised += unrealisedOf(position, priceOf(position.symbol));
    }
    return { realised, unrealised };
  }
}

/** The profit of closing a position at this price, USD; 0 without a price. */
export function unrealisedOf({ quantity, averagePrice }: StrategyPosition, price: number): number {
  return price === 0 ? 0 : quantity * (price - averagePrice);
}
