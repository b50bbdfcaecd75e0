// The risk controls of a desk: limits and halts that may change while it trades, and the pace of each strategy.

import type { Order } from '../orders.ts';
import { type Halts, NO_HALTS } from './halts.ts';
import { OrderRateLimiter } from './order-rate-limiter.ts';
import { RejectCode, type RejectReason, rejectReason } from './reject-reasons.ts';
import { checkOrder, type RiskView } from './risk-checks.ts';
import type { RiskLimits } from './risk-limits.ts';

/** What the controls look at outside of themselves. */
export interface RiskSources {
  /** A clock that never goes back, in ms. */
  nowMs(): number;
  /** The latest price of a symbol in USD; undefined when there is none that is fresh. */
  lastPrice(symbol: string): number | undefined;
}

export class RiskControls implements RiskView {
  /** Hold from the next order on. */
  limits: RiskLimits;
  /** Hold from the next order on. */
  halts: Halts = NO_HALTS;
  readonly lastPrice: (symbol: string) => number | undefined;
  readonly #rateLimiter: OrderRateLimiter;

  constructor(limits: RiskLimits, { nowMs, lastPrice }: RiskSources) {
    this.limits = limits;
    this.lastPrice = lastPrice;
    this.#rateLimiter = new OrderRateLimiter(nowMs);
  }

  /**
   * Why one more order of the strategy is not even looked at: it sends too many. A flood has to cost nothing, so
   * this comes before everything else, and is not recorded.
   */
  throttle(strategy: string): RejectReason | undefined {
    const limit = this.limits.ordersPerSecondMax;
    if (this.#rateLimiter.tryTake(strategy, limit)) return undefined;
    return rejectReason(RejectCode.ORDER_RATE_ABOVE_LIMIT, { strategy, limit });
  }

  /** Why the order may not be filled; undefined when it may. `position` is what is held before it, signed shares. */
  refuse(strategy: string, order: Order, position: number): RejectReason | undefined {
    return checkOrder({ strategy, order, position }, this);
  }
}
