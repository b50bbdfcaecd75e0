// Turns a target position into a trade, so the same target twice leads to one order.

/** Quantities have at most 8 decimals. */
const UNITS_PER_SHARE = 1e8;

/**
 * The signed number of shares that moves `position` to `target`: above zero to buy, below zero to sell, 0 to
 * do nothing. Rounded to 8 decimals.
 */
export function tradeTowardsTarget(target: number, position: number): number {
  const trade = target - position;
  return Number.isInteger(trade) ? trade : Math.round(trade * UNITS_PER_SHARE) / UNITS_PER_SHARE;
}
