// Turns a target position into a trade, so the same target twice leads to one order.

import { addQuantities } from './quantity.ts';

/**
 * The signed number of shares that moves `position` to `target`: above zero to buy, below zero to sell, 0 to
 * do nothing. Rounded to 8 decimals.
 */
export function tradeTowardsTarget(target: number, position: number): number {
  return addQuantities(target, -position);
}
