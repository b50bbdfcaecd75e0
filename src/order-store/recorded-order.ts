// An executed order as an order store keeps it, and the report that answered it.

import type { ExecutionReport, FilledReport, Side } from '../domain/orders.ts';

/** One executed order: filled or rejected. */
export interface RecordedOrder {
  readonly orderId: number;
  readonly strategy: string;
  readonly clOrdId: string | undefined;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: number;
  /** USD per share: of the fill, or of the rejected order. */
  readonly price: number;
  /** The order's own price, if it was filled at another. */
  readonly limit: number | undefined;
  /** USD; 0 if rejected. */
  readonly fee: number;
  readonly status: 'FILLED' | 'REJECTED';
  /** Why it was rejected; undefined when filled. */
  readonly reason: string | undefined;
  /** Wall clock, in ms since 1970 UTC. */
  readonly timeMs: number;
  /** Signed shares of the symbol that the strategy holds after this order. */
  readonly position: number;
  /** When its tick was made, by the data: ms since 1970 UTC; undefined for an order without it. */
  readonly marketTime?: number | undefined;
  /** Why the strategy sent it; undefined for an order without a note. */
  readonly note?: string | undefined;
}

/** When the order was executed: ISO 8601 in UTC to the millisecond; empty if its record was edited and has no date there. */
export function timeText({ timeMs }: RecordedOrder): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** The report of an order: the same each time, so that a repeated order gets its first report again. */
export function orderToReport(order: RecordedOrder): ExecutionReport {
  const { status, clOrdId, limit, fee } = order;
  const isUsual = status === 'FILLED' && clOrdId !== undefined && limit === undefined && fee === 0;
  return isUsual ? usualReport(order, clOrdId) : anyReport(order);
}

/** anyReport() of an order that was filled at its own price and without a fee, in a third of the time. */
function usualReport(order: RecordedOrder, clOrdId: string): FilledReport {
  const { orderId, symbol, side, quantity, price, position, marketTime } = order;
  const report: FilledReport = {
    status: 'FILLED',
    clOrdId,
    orderId,
    symbol,
    side,
    quantity,
    price,
    position,
  };
  if (marketTime !== undefined) report.marketTime = marketTime;
  return report;
}

function anyReport(order: RecordedOrder): ExecutionReport {
  const { orderId, symbol, side, quantity, price, limit, fee, position } = order;
  const id = order.clOrdId === undefined ? {} : { clOrdId: order.clOrdId };
  const market = order.marketTime === undefined ? {} : { marketTime: order.marketTime };
  const fields = { ...id, orderId, symbol, side, quantity, price, position, ...market };
  const costs = { ...(limit !== undefined && { limit }), ...(fee > 0 && { fee }) };
  if (order.status === 'FILLED') return { status: 'FILLED', ...fields, ...costs };
  return { status: 'REJECTED', reason: order.reason ?? '', ...fields };
}
