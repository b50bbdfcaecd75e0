// A filled order of a backtest.

import type { Side } from '../domain/orders.ts';

export interface Fill {
  readonly orderId: number;
  /** Market time in ms since 1970 UTC. */
  readonly timeMs: number;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: number;
  /** USD per share. */
  readonly price: number;
  /** USD. */
  readonly fee: number;
  /** Signed shares of the symbol after this fill. */
  readonly position: number;
  /** Why the strategy sent it, if it said. */
  readonly note?: string;
}
