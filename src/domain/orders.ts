// What an order and its execution report are, before any wire or file has seen them.

export type Side = 'BUY' | 'SELL';

/** An order that has all its fields; whether they make sense is for the risk checks. */
export interface Order {
  symbol: string;
  side: Side;
  /** Shares; the sign is in `side`. */
  quantity: number;
  /** USD a share. */
  price: number;
  /** The sender's own id. The same strategy and id twice is one order. An order without is always new. */
  clOrdId?: string;
  /** When the tick behind it left the Gateway or the order was sent, ns of CLOCK_MONOTONIC. For latencies. */
  time?: number;
}

/** What came as an order but lacks a field, or has one of the wrong kind: it is answered, and never traded. */
export interface BadOrder {
  /** A code of `RejectCode` and what was found. */
  reason: string;
  /** Those fields that could be read. */
  clOrdId?: string;
  symbol?: string;
  side?: Side;
  quantity?: number;
  price?: number;
}

/** An order was filled, whole, at its own price. */
export interface FilledReport {
  status: 'FILLED';
  /** The sender's id, if the order had one. */
  clOrdId?: string;
  /** The manager's number of the order, from 1. */
  orderId: number;
  symbol: string;
  side: Side;
  quantity: number;
  price: number;
  /** What the strategy holds of the symbol after this order: signed shares. */
  position: number;
}

/** An order was refused; nothing was traded. */
export interface RejectedReport {
  status: 'REJECTED';
  /** A code of `RejectCode` and its context: `QUANTITY_ABOVE_LIMIT quantity=5000 limit=1000`. */
  reason: string;
  clOrdId?: string;
  /** Absent: the rejection is not in the record, and the same `clOrdId` may be tried again. */
  orderId?: number;
  symbol?: string;
  side?: Side;
  quantity?: number;
  price?: number;
  /** What the strategy holds of the symbol, signed shares; absent when the symbol or the record cannot be read. */
  position?: number;
}

/** The answer to an order. */
export type ExecutionReport = FilledReport | RejectedReport;
