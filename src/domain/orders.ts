// Orders and execution reports, independent of wire and file formats.

export type Side = 'BUY' | 'SELL';

/** An order with all its fields. The risk checks judge their values. */
export interface Order {
  symbol: string;
  side: Side;
  /** Shares; the sign is in `side`. */
  quantity: number;
  /** USD per share. */
  price: number;
  /** The sender's id. An order with a known strategy and id is a repeat; without an id it is always new. */
  clOrdId?: string;
  /** When its tick left the Gateway, or the order was sent: CLOCK_MONOTONIC in ns. For latencies. */
  time?: number;
  /** When its tick was made, by the data: ms since 1970 UTC. */
  marketTime?: number;
  /** Why the strategy sent it: see isNote(). */
  note?: string;
}

/** The time of a tick that is estimated is no start of a latency. */
export function withoutTime({ time: _, ...order }: Order): Order {
  return order;
}

/** An order with a field that is missing or has the wrong type. It is answered, and never traded. */
export interface BadOrder {
  /** A code of `RejectCode`, and the value found. */
  reason: string;
  /** The readable fields. */
  clOrdId?: string;
  symbol?: string;
  side?: Side;
  quantity?: number;
  price?: number;
}

/** The whole order was filled. */
export interface FilledReport {
  status: 'FILLED';
  /** The sender's id, if the order has one. */
  clOrdId?: string;
  /** The OrderManager's number of the order, from 1. */
  orderId: number;
  symbol: string;
  side: Side;
  quantity: number;
  /** USD per share, at which it was filled. */
  price: number;
  /** The order's own price, if it was filled at another. */
  limit?: number;
  /** USD; absent without one. */
  fee?: number;
  /** The strategy's position in the symbol after this order, in signed shares. */
  position: number;
  /** The market time of the order, if it has one. */
  marketTime?: number;
}

/** The order was rejected; nothing was traded. */
export interface RejectedReport {
  status: 'REJECTED';
  /** A code of `RejectCode`, and its context: `QUANTITY_ABOVE_LIMIT quantity=5000 limit=1000`. */
  reason: string;
  clOrdId?: string;
  /** Absent if the rejection was not recorded: the same `clOrdId` may be tried again. */
  orderId?: number;
  symbol?: string;
  side?: Side;
  quantity?: number;
  price?: number;
  /** The strategy's position in signed shares; absent if the symbol or the record is unreadable. */
  position?: number;
  /** The market time of the order, if it has one and was recorded. */
  marketTime?: number;
}

/** The answer to an order. */
export type ExecutionReport = FilledReport | RejectedReport;
