// From a signal to the trade it asks for: towards a target position, so that the same signal twice is one order.

import { Signal } from './strategies/signals.ts';

/**
 * The signed number of shares to trade: above zero to buy, below zero to sell, 0 to do nothing. `BUY` aims at
 * +`quantity`, `SELL` at -`quantity`. A position already at or beyond its target stays as it is, so that a
 * `BUY` never sells and a `SELL` never buys.
 */
export function tradeTowardsTarget(signal: Signal, position: number, quantity: number): number {
  if (signal === Signal.BUY) return Math.max(0, quantity - position);
  if (signal === Signal.SELL) return Math.min(0, -quantity - position);
  return 0;
}
