// Which reports a lossless Strategy accepts as the answer to an order.

import type { ExecutionReport, Order, RejectedReport } from '../domain/orders.ts';
import { NotRepeatableError } from './lossless-errors.ts';

const UNRECORDED = /^(ORDER_RATE_ABOVE_LIMIT|RECORD_UNAVAILABLE)/;

/** Whether the OrderManager could not decide on the order: it may be sent again. */
export function isUnrecorded(report: ExecutionReport): report is RejectedReport {
  return report.status === 'REJECTED' && report.orderId === undefined && UNRECORDED.test(report.reason);
}

/** The error if the report answers another order, which was recorded under the same id. */
export function mismatchOf(report: ExecutionReport, order: Order): NotRepeatableError | undefined {
  const { orderId, symbol, side, quantity } = report;
  const price = report.status === 'FILLED' ? (report.limit ?? report.price) : report.price;
  const isSame =
    symbol === order.symbol && side === order.side && quantity === order.quantity && price === order.price;
  if (orderId === undefined || isSame) return undefined;
  return new NotRepeatableError(order, `${side} ${quantity} ${symbol} @ ${price}`);
}
