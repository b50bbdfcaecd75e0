// Positions and their profit and loss, by the average-cost method.

import { roundedMoney } from './money.ts';
import type { Side } from './orders.ts';
import { addQuantities } from './quantity.ts';

export interface Position {
  /** Shares: above zero long, below zero short. */
  readonly quantity: number;
  /** Average cost per share held, in USD; 0 when flat. */
  readonly averagePrice: number;
  /** Profit of all closed shares so far, less all fees, in USD. */
  readonly realisedPnl: number;
}

/** The position of one strategy in one symbol. */
export interface StrategyPosition extends Position {
  readonly strategy: string;
  readonly symbol: string;
}

/** The shares held of a symbol, without their cost. */
export type SymbolQuantity = Pick<StrategyPosition, 'symbol' | 'quantity'>;

/** The shares held of a symbol, with their cost and the realised profit where they are known. */
export type SymbolPosition = SymbolQuantity & Partial<Position>;

export const FLAT_POSITION: Position = { quantity: 0, averagePrice: 0, realisedPnl: 0 };

/**
 * The position after a fill of `quantity` shares (above zero) at `price` USD. Quantities are exact. Shares on the same side as the
 * position move its average price; shares against it realise the difference from that average; what goes
 * through zero opens a position on the other side at `price`. The fee, in USD, is paid with the fill.
 */
export function applyFill(before: Position, side: Side, quantity: number, price: number, fee = 0): Position {
  const traded = side === 'BUY' ? quantity : -quantity;
  const { quantity: held, averagePrice } = before;
  const position = { quantity: held, averagePrice, realisedPnl: roundedMoney(before.realisedPnl - fee) };
  return position.quantity * traded >= 0 ? enlarge(position, traded, price) : reduce(position, traded, price);
}

/** The profit of closing the position at `lastPrice`, in USD. */
export function unrealisedPnl(position: Position, lastPrice: number): number {
  return position.quantity * (lastPrice - position.averagePrice);
}

export type PositionName = 'flat' | 'long' | 'short';

/** The name of a signed quantity of shares. */
export function positionName(quantity: number): PositionName {
  if (quantity === 0) return 'flat';
  return quantity > 0 ? 'long' : 'short';
}

function enlarge(position: Position, traded: number, price: number): Position {
  const quantity = addQuantities(position.quantity, traded);
  const cost = position.quantity * position.averagePrice + traded * price;
  return { quantity, averagePrice: cost / quantity, realisedPnl: position.realisedPnl };
}

function reduce(position: Position, traded: number, price: number): Position {
  const quantity = addQuantities(position.quantity, traded);
  const crosses = quantity * traded > 0;
  const closed = crosses ? position.quantity : -traded;
  const realisedPnl = roundedMoney(position.realisedPnl + closed * (price - position.averagePrice));
  if (quantity === 0) return { quantity, averagePrice: 0, realisedPnl };
  return { quantity, averagePrice: crosses ? price : position.averagePrice, realisedPnl };
}
