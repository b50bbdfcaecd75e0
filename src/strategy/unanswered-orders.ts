// The strategy's side of an order: kept until its report is there, so that a cut connection loses none.

import type { Order } from '../domain/orders.ts';
import { TicklineError } from '../platform/errors.ts';

/** An order that can be sent again without being traded twice. */
export type IdentifiedOrder = Order & { clOrdId: string };

/** A second order for a symbol, or a client order id, that still waits for its report. */
export class OrderInFlightError extends TicklineError {
  constructor(order: IdentifiedOrder) {
    super(
      `an order for ${order.symbol}, or with the id ${order.clOrdId}, still waits for its report; ask inFlight() first`,
    );
  }
}

/** More orders wait for reports than the strategy may have. */
export class TooManyUnansweredError extends TicklineError {
  constructor(limit: number) {
    super(`${limit} orders wait for their reports, and no more may; ask isFull first`);
  }
}

const UNANSWERED_MAX = 10_000;

/** The orders without a report, at most one a symbol. */
export class UnansweredOrders {
  readonly #limit: number;
  readonly #byId = new Map<string, IdentifiedOrder>();
  readonly #symbols = new Set<string>();

  constructor(limit = UNANSWERED_MAX) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#byId.size;
  }

  get isFull(): boolean {
    return this.#byId.size >= this.#limit;
  }

  /** Whether an order for the symbol still waits for its report. */
  inFlight(symbol: string): boolean {
    return this.#symbols.has(symbol);
  }

  /**
   * Keeps an order, before it is sent.
   * @throws OrderInFlightError, TooManyUnansweredError
   */
  add(order: IdentifiedOrder): void {
    if (this.#byId.has(order.clOrdId) || this.inFlight(order.symbol)) throw new OrderInFlightError(order);
    if (this.isFull) throw new TooManyUnansweredError(this.#limit);
    this.#byId.set(order.clOrdId, order);
    this.#symbols.add(order.symbol);
  }

  /** Takes out the order that a report answers; undefined when it is not one of these, or was answered before. */
  answer(clOrdId: string): IdentifiedOrder | undefined {
    const order = this.#byId.get(clOrdId);
    if (order === undefined) return undefined;
    this.#byId.delete(clOrdId);
    this.#symbols.delete(order.symbol);
    return order;
  }

  /** All of them, as they were sent, to be sent again after a reconnect. */
  all(): IterableIterator<IdentifiedOrder> {
    return this.#byId.values();
  }
}
