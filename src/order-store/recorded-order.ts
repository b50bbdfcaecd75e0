// An order as the record keeps it, and the report that it was answered with.

import type { ExecutionReport, Side } from '../domain/orders.ts';

/** One executed order: filled or rejected. */
export interface RecordedOrder {
  orderId: number;
  strategy: string;
  clOrdId: string | undefined;
  symbol: string;
  side: Side;
  quantity: number;
  /** USD a share. */
  price: number;
  status: 'FILLED' | 'REJECTED';
  /** Why it was rejected; undefined when filled. */
  reason: string | undefined;
  /** Wall clock, ISO 8601 in UTC to the millisecond. */
  time: string;
  /** Signed shares of the symbol that the strategy holds after this order. */
  position: number;
}

/** One text for a strategy and one of its symbols or client order ids. Neither holds a space. */
export function strategyKey(strategy: string, name: string): string {
  return `${strategy} ${name}`;
}

/** The report of an order, the same each time it is asked for. */
export function orderToReport(order: RecordedOrder): ExecutionReport {
  const { orderId, symbol, side, quantity, price, position } = order;
  const id = order.clOrdId === undefined ? {} : { clOrdId: order.clOrdId };
  const fields = { ...id, orderId, symbol, side, quantity, price, position };
  if (order.status === 'FILLED') return { status: 'FILLED', ...fields };
  return { status: 'REJECTED', reason: order.reason ?? '', ...fields };
}
