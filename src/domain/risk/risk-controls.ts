// The risk controls of a desk: the limits and halts in force, and the order rate of each strategy.

import type { Order } from '../orders.ts';
import { type Halts, NO_HALTS } from './halts.ts';
import { OrderRateLimiter } from './order-rate-limiter.ts';
import { RejectCode, type RejectReason, rejectReason } from './reject-reasons.ts';
import { checkOrder, type RiskView } from './risk-checks.ts';
import type { RiskLimits } from './risk-limits.ts';

/** What the controls need from outside. */
export interface RiskSources {
  /** A clock that never goes back, in ms. */
  nowMs(): number;
  /** The latest price of a symbol in USD; undefined when there is no fresh one. */
  lastPrice(symbol: string): number | undefined;
}

export class RiskControls implements RiskView {
  /** A new value applies from the next order. */
  limits: RiskLimits;
  /** A new value applies from the next order. */
  halts: Halts = NO_HALTS;
  readonly lastPrice: (symbol: string) => number | undefined;
  readonly #rateLimiter: OrderRateLimiter;

  constructor(limits: RiskLimits, { nowMs, lastPrice }: RiskSources) {
    this.limits = limits;
    this.lastPrice = lastPrice;
    this.#rateLimiter = new OrderRateLimiter(nowMs);
  }

  /**
   * Counts a new order. Returns why it must be rejected if the strategy is above its order rate. Call it
   * before all other work on the order, and do not record the rejection: a flood must cost almost nothing.
   */
  checkRate(strategy: string): RejectReason | undefined {
    const limit = this.limits.ordersPerSecondMax;
    if (this.#rateLimiter.tryTake(strategy, limit)) return undefined;
    return rejectReason(RejectCode.ORDER_RATE_ABOVE_LIMIT, { strategy, limit });
  }

  /**
   * Returns why the order must be rejected.
   * @param position signed shares held before the order
   * @param otherSymbols symbols that the strategy has traded, if this one is not among them
   */
  checkOrder(
    strategy: string,
    order: Order,
    position: number,
    otherSymbols?: number,
  ): RejectReason | undefined {
    return checkOrder({ strategy, order, position, otherSymbols }, this);
  }
}
