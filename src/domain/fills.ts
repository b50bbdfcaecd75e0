// What an order costs: the price that it is filled at, and the fee. The OrderManager and the backtest fill by this.

import { roundedMoney, roundedTo } from './money.ts';
import type { Order, Side } from './orders.ts';
import { RejectCode, type RejectReason, rejectReason } from './risk/reject-reasons.ts';
import { NOTIONAL_MAX } from './risk/risk-limits.ts';

/**
 * `order`: an order is filled at its own price. `market`: at the price in the book at that moment, moved by the
 * slippage, and the order's price is its limit.
 */
export type FillMode = 'order' | 'market';

/** How orders are filled. A basis point is 0.01 percent. */
export interface FillRules {
  readonly mode: FillMode;
  /** Basis points of quantity times price, from 0. */
  readonly feeBps: number;
  /** Basis points of the price in the book, against the trader, from 0. Mode `order` has none. */
  readonly slippageBps: number;
}

/** Every order at its own price, without a cost. */
export const FREE_FILLS: FillRules = { mode: 'order', feeBps: 0, slippageBps: 0 };

/** The price of a symbol in USD, or why there is none to fill an order at. */
export type MarketPrice = number | 'SYMBOL_UNKNOWN' | 'PRICE_STALE' | 'NO_PRICE_BOOK';

/** The outcome of an order that has passed the risk checks. */
export type FillOutcome =
  | {
      readonly isFilled: true;
      /** USD per share. */
      readonly price: number;
      /** USD, from 0. */
      readonly fee: number;
    }
  | { readonly isFilled: false; readonly reason: RejectReason };

/**
 * Fills the whole order, or rejects it.
 * @param marketPrice the present price of the order's symbol; asked in mode `market` only
 */
export function fillOrder(order: Order, rules: FillRules, marketPrice: () => MarketPrice): FillOutcome {
  const { symbol, side, price: limit } = order;
  if (rules.mode === 'order') return filled(order, limit, rules);
  const market = marketPrice();
  if (typeof market === 'string') return rejected(market, { symbol });
  const price = withSlippage(market, side, rules.slippageBps);
  const isWithinLimit = side === 'BUY' ? price <= limit : price >= limit;
  if (!isWithinLimit) return rejected(RejectCode.LIMIT_NOT_REACHED, { price, limit });
  return filled(order, price, rules);
}

/**
 * A price in USD moved against the trader, rounded to the 8 decimals that a price may have. A strategy moves its
 * limit by the same amount, so an order whose price still stands is filled.
 */
export function withSlippage(price: number, side: Side, slippageBps: number): number {
  if (slippageBps === 0) return price;
  const factor = 1 + (side === 'BUY' ? slippageBps : -slippageBps) / BPS_PER_ONE;
  return roundedTo(price * factor, PRICE_UNITS_PER_USD);
}

const BPS_PER_ONE = 1e4;
const PRICE_UNITS_PER_USD = 1e8;

/** The price in the book may be any number: a sale at a far higher one than its limit would overflow the position's cost. */
function filled({ quantity }: Order, price: number, { feeBps }: FillRules): FillOutcome {
  const notional = quantity * price;
  if (notional > NOTIONAL_MAX) {
    return rejected(RejectCode.NOTIONAL_ABOVE_LIMIT, { notional, limit: NOTIONAL_MAX });
  }
  return { isFilled: true, price, fee: roundedMoney((notional * feeBps) / BPS_PER_ONE) };
}

function rejected(code: RejectCode, context: Record<string, unknown>): FillOutcome {
  return { isFilled: false, reason: rejectReason(code, context) };
}
