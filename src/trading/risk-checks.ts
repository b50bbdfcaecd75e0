// The checks that every order passes before it is filled. To add one, write it and put it in the list.

import type { Order } from './orders.ts';
import { RejectCode, type RejectReason, rejectReason } from './reject-reasons.ts';
import { isSymbol } from './symbol.ts';

/** What an order may be at most. */
export interface RiskLimits {
  /** Shares an order. */
  quantityMax: number;
  /** USD an order: quantity * price. */
  notionalMax: number;
}

export const DEFAULT_RISK_LIMITS: RiskLimits = { quantityMax: 1_000_000, notionalMax: 1e9 };

type RiskCheck = (order: Order, limits: RiskLimits) => RejectReason | undefined;

const CHECKS: readonly RiskCheck[] = [checkSymbol, checkQuantity, checkPrice, checkNotional];

/** The first reason to refuse the order, or undefined when it may be filled. */
export function checkOrder(order: Order, limits: RiskLimits): RejectReason | undefined {
  for (const check of CHECKS) {
    const reason = check(order, limits);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function checkSymbol({ symbol }: Order): RejectReason | undefined {
  if (isSymbol(symbol)) return undefined;
  return rejectReason(RejectCode.BAD_SYMBOL, { symbol });
}

function checkQuantity({ quantity }: Order, { quantityMax }: RiskLimits): RejectReason | undefined {
  if (!Number.isInteger(quantity) || quantity < 1) {
    return rejectReason(RejectCode.BAD_QUANTITY, { quantity, expected: 'whole-number-from-1' });
  }
  if (quantity <= quantityMax) return undefined;
  return rejectReason(RejectCode.QUANTITY_ABOVE_LIMIT, { quantity, limit: quantityMax });
}

function checkPrice({ price }: Order): RejectReason | undefined {
  if (Number.isFinite(price) && price > 0) return undefined;
  return rejectReason(RejectCode.BAD_PRICE, { price, expected: 'number-above-0' });
}

function checkNotional({ quantity, price }: Order, { notionalMax }: RiskLimits): RejectReason | undefined {
  const notional = quantity * price;
  if (notional <= notionalMax) return undefined;
  return rejectReason(RejectCode.NOTIONAL_ABOVE_LIMIT, { notional, limit: notionalMax });
}
