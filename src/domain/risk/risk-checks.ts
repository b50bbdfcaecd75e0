// The checks that an order must pass before it is filled. To add one, append it to the list.

import { decimalText } from '../decimal-text.ts';
import type { Order } from '../orders.ts';
import { addQuantities, FRACTIONAL_SHARES_MAX, isQuantity, QUANTITY_MIN } from '../quantity.ts';
import { isSymbol } from '../symbol.ts';
import type { Halts } from './halts.ts';
import { RejectCode, type RejectReason, rejectReason } from './reject-reasons.ts';
import type { RiskLimits } from './risk-limits.ts';

/** An order, with its strategy and the strategy's position in the symbol before it. */
export interface CheckedOrder {
  readonly strategy: string;
  readonly order: Order;
  /** Signed shares. */
  readonly position: number;
  /** Symbols that the strategy has traded, if this one is not among them. */
  readonly otherSymbols?: number | undefined;
}

/** What an order is checked against. */
export interface RiskView {
  readonly limits: RiskLimits;
  readonly halts: Halts;
  /** The latest price of a symbol in USD; undefined when there is no fresh one. */
  lastPrice(symbol: string): number | undefined;
}

/** USD: a price has at most 8 decimals. */
const PRICE_MIN = 1e-8;

type RiskCheck = (checked: CheckedOrder, view: RiskView) => RejectReason | undefined;

/** In this order: the first check that fails gives the reason. */
const CHECKS: readonly RiskCheck[] = [
  checkHalt,
  checkSymbol,
  checkQuantity,
  checkPrice,
  checkAllowed,
  checkQuantityLimit,
  checkNotional,
  checkPosition,
  checkSymbols,
  checkCollar,
];

/** Returns why the order must be rejected; undefined when it may be filled. */
export function checkOrder(checked: CheckedOrder, view: RiskView): RejectReason | undefined {
  for (const check of CHECKS) {
    const reason = check(checked, view);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** A halt also rejects orders that would reduce a position. */
function checkHalt({ strategy }: CheckedOrder, { halts }: RiskView): RejectReason | undefined {
  if (halts.all) return rejectReason(RejectCode.TRADING_HALTED, { halted: 'all' });
  if (!halts.strategies.has(strategy)) return undefined;
  return rejectReason(RejectCode.TRADING_HALTED, { halted: strategy });
}

function checkSymbol({ order: { symbol } }: CheckedOrder): RejectReason | undefined {
  if (isSymbol(symbol)) return undefined;
  return rejectReason(RejectCode.BAD_SYMBOL, { symbol });
}

function checkQuantity({ order: { quantity } }: CheckedOrder): RejectReason | undefined {
  if (quantity >= QUANTITY_MIN && isQuantity(quantity)) return undefined;
  const isLarge = quantity > FRACTIONAL_SHARES_MAX;
  const expected = isLarge ? `whole-above-${FRACTIONAL_SHARES_MAX}` : 'above-0-with-at-most-8-decimals';
  return rejectReason(RejectCode.BAD_QUANTITY, { quantity, expected });
}

function checkPrice({ order: { price } }: CheckedOrder): RejectReason | undefined {
  if (Number.isFinite(price) && price >= PRICE_MIN) return undefined;
  return rejectReason(RejectCode.BAD_PRICE, { price, expected: `number-from-${decimalText(PRICE_MIN)}` });
}

function checkAllowed({ order: { symbol } }: CheckedOrder, { limits }: RiskView): RejectReason | undefined {
  if (limits.allowedSymbols === undefined || limits.allowedSymbols.has(symbol)) return undefined;
  return rejectReason(RejectCode.SYMBOL_NOT_ALLOWED, { symbol });
}

function checkQuantityLimit(
  { order: { quantity } }: CheckedOrder,
  { limits: { quantityMax } }: RiskView,
): RejectReason | undefined {
  if (quantity <= quantityMax) return undefined;
  return rejectReason(RejectCode.QUANTITY_ABOVE_LIMIT, { quantity, limit: quantityMax });
}

function checkNotional(
  { order: { quantity, price } }: CheckedOrder,
  { limits: { notionalMax } }: RiskView,
): RejectReason | undefined {
  const notional = quantity * price;
  if (notional <= notionalMax) return undefined;
  return rejectReason(RejectCode.NOTIONAL_ABOVE_LIMIT, { notional, limit: notionalMax });
}

/**
 * Checks the position after the order. A position above a limit that was lowered may be reduced in steps. An
 * order that reverses it opens a new position on the other side. A position with decimals must stay exact.
 */
function checkPosition(
  { order: { side, quantity }, position }: CheckedOrder,
  { limits: { positionMax } }: RiskView,
): RejectReason | undefined {
  const after = addQuantities(position, side === 'BUY' ? quantity : -quantity);
  const isWhole = Number.isInteger(position) && Number.isInteger(quantity);
  if (!isWhole && Math.abs(after) > FRACTIONAL_SHARES_MAX)
    return rejectReason(RejectCode.POSITION_ABOVE_LIMIT, { position: after, limit: FRACTIONAL_SHARES_MAX });
  const isSmaller = Math.abs(after) < Math.abs(position) && after * position >= 0;
  if (Math.abs(after) <= positionMax || isSmaller) return undefined;
  return rejectReason(RejectCode.POSITION_ABOVE_LIMIT, { position: after, limit: positionMax });
}

/** A symbol that the strategy has traded already passes, so that a position can always be closed. */
function checkSymbols(
  { otherSymbols }: CheckedOrder,
  { limits: { symbolsMax } }: RiskView,
): RejectReason | undefined {
  if (otherSymbols === undefined || otherSymbols < symbolsMax) return undefined;
  return rejectReason(RejectCode.SYMBOLS_ABOVE_LIMIT, { symbols: otherSymbols + 1, limit: symbolsMax });
}

/** Passes without a fresh price, because there is nothing to compare with. */
function checkCollar({ order: { symbol, price } }: CheckedOrder, view: RiskView): RejectReason | undefined {
  const { collarPercent } = view.limits;
  if (collarPercent === Number.POSITIVE_INFINITY) return undefined;
  const last = view.lastPrice(symbol);
  if (last === undefined || Math.abs(price - last) * 100 <= last * collarPercent) return undefined;
  return rejectReason(RejectCode.PRICE_OUTSIDE_COLLAR, { price, last, percent: collarPercent });
}
