// Turns a signal into a trade towards a target position, so the same signal twice leads to one order.

import { Signal } from './strategies/signals.ts';

/**
 * The signed number of shares to trade: above zero to buy, below zero to sell, 0 to do nothing. `BUY` aims at
 * +`quantity`, `SELL` at -`quantity`. A position at or beyond its target stays unchanged, so a `BUY` never
 * sells and a `SELL` never buys.
 */
export function tradeTowardsTarget(signal: Signal, position: number, quantity: number): number {
  if (signal === Signal.BUY) return Math.max(0, quantity - position);
  if (signal === Signal.SELL) return Math.min(0, -quantity - position);
  return 0;
}
