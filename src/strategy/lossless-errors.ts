// Why a lossless Strategy cannot continue. Each ends it, and with it the run.

import type { Order } from '../domain/orders.ts';
import { UsageError } from '../platform/errors.ts';

/** Ticks or news of the run cannot be read any more. */
export class LosslessInputLostError extends UsageError {
  constructor(what: string, advice: string) {
    super(`${what}, so this lossless run cannot continue: ${advice}`);
  }
}

/** The restarted strategy decides otherwise than its predecessor did on the same ticks. */
export class NotRepeatableError extends UsageError {
  constructor(order: Order, found: string) {
    const { side, quantity, symbol, price } = order;
    super(
      `the strategy decided ${side} ${quantity} ${symbol} @ ${price} where it had decided ${found} before its restart, ` +
        'so this lossless run cannot continue: its answers must depend only on ticks, news and reports, and its options stay',
    );
  }
}
