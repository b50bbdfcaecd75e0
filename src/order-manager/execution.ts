// What the OrderManager does with a group of orders: check, fill, record, report.

import type { BadOrder, ExecutionReport, Order } from '../domain/orders.ts';
import { applyFill, type StrategyPosition } from '../domain/positions.ts';
import { RejectCode, rejectReason } from '../domain/risk/reject-reasons.ts';
import type { RiskControls } from '../domain/risk/risk-controls.ts';
import { RecordReadError, RecordWriteError } from '../order-store/errors.ts';
import { orderToReport, type RecordedOrder, strategyKey } from '../order-store/recorded-order.ts';
import type { SqliteOrderStore } from '../order-store/sqlite/sqlite-order-store.ts';
import { messageOf } from '../platform/errors.ts';

/** An order, or what is left of a bad one, and the strategy that sent it. Names hold no spaces. */
export type OrderRequest =
  | { readonly strategy: string; readonly order: Order }
  | { readonly strategy: string; readonly badOrder: BadOrder };

/**
 * Executes orders against a record. It keeps no state of its own: ids, positions and duplicates are looked up in
 * the record, so that whatever was not recorded never happened.
 */
export class Execution {
  readonly #record: SqliteOrderStore;
  readonly #controls: RiskControls;

  constructor(record: SqliteOrderStore, controls: RiskControls) {
    this.#record = record;
    this.#controls = controls;
  }

  /**
   * Executes a group and returns its reports, in the same order; by then all are in the record.
   *
   * An order whose strategy and `clOrdId` were seen before, also in this group, gets its first report again and
   * trades nothing, whatever the risk controls say by now. Any other is filled at its own price, or rejected by a
   * risk check; both are recorded. A bad order, and one too many in a second, is rejected but not recorded and has
   * no order id, so that its `clOrdId` is still free for the order put right, or sent later. Where the record cannot be read or written, new orders are rejected with `RECORD_UNAVAILABLE`,
   * nothing of them is kept, and the same `clOrdId` may be sent again.
   */
  execute(requests: readonly OrderRequest[]): ExecutionReport[] {
    const group = new OrderGroup(this.#record, this.#controls);
    const reports = requests.map((request) => group.answer(request));
    try {
      this.#record.recordAll(group.orders, group.changedPositions());
      return reports;
    } catch (thrown) {
      if (!(thrown instanceof RecordWriteError)) throw thrown;
      return requests.map((request, index) => this.#withdraw(request, reports[index], thrown));
    }
  }

  /** What is not in the record after all must not be reported. */
  #withdraw(request: OrderRequest, report: ExecutionReport, error: RecordWriteError): ExecutionReport {
    const isNew = report.orderId !== undefined && report.orderId > this.#record.lastOrderId;
    return isNew ? unavailable(request, error) : report;
  }
}

/** The orders that go into one transaction, and the positions as they will be after it. */
class OrderGroup {
  readonly orders: RecordedOrder[] = [];
  readonly #record: SqliteOrderStore;
  readonly #controls: RiskControls;
  readonly #time = new Date().toISOString();
  readonly #reports = new Map<string, ExecutionReport>();
  readonly #positions = new Map<string, StrategyPosition>();

  constructor(record: SqliteOrderStore, controls: RiskControls) {
    this.#record = record;
    this.#controls = controls;
  }

  answer(request: OrderRequest): ExecutionReport {
    try {
      return this.#firstReport(request) ?? this.#newReport(request);
    } catch (thrown) {
      if (thrown instanceof RecordReadError) return unavailable(request, thrown);
      throw thrown;
    }
  }

  changedPositions(): StrategyPosition[] {
    return [...this.#positions.values()];
  }

  #firstReport(request: OrderRequest): ExecutionReport | undefined {
    const { clOrdId } = orderOf(request);
    if (clOrdId === undefined) return undefined;
    return (
      this.#reports.get(strategyKey(request.strategy, clOrdId)) ??
      this.#record.find(request.strategy, clOrdId)
    );
  }

  #newReport(request: OrderRequest): ExecutionReport {
    if ('badOrder' in request) return rejectedUnrecorded(request, request.badOrder.reason);
    const { strategy, order } = request;
    const throttled = this.#controls.throttle(strategy);
    if (throttled !== undefined) return rejectedUnrecorded(request, throttled);
    const recorded = this.#execute(strategy, order);
    const report = orderToReport(recorded);
    this.orders.push(recorded);
    if (order.clOrdId !== undefined) this.#reports.set(strategyKey(strategy, order.clOrdId), report);
    return report;
  }

  #execute(strategy: string, order: Order): RecordedOrder {
    const { clOrdId, symbol, side, quantity, price } = order;
    const before = this.#position(strategy, symbol);
    const reason = this.#controls.refuse(strategy, order, before.quantity);
    const status = reason === undefined ? 'FILLED' : 'REJECTED';
    const after = reason === undefined ? { ...before, ...applyFill(before, side, quantity, price) } : before;
    if (after !== before) this.#positions.set(strategyKey(strategy, symbol), after);
    const orderId = this.#record.lastOrderId + this.orders.length + 1;
    const outcome = { status, reason, time: this.#time, position: after.quantity } as const;
    return { orderId, strategy, clOrdId, symbol, side, quantity, price, ...outcome };
  }

  #position(strategy: string, symbol: string): StrategyPosition {
    const changed = this.#positions.get(strategyKey(strategy, symbol));
    return changed ?? this.#record.position(strategy, symbol);
  }
}

function orderOf(request: OrderRequest): Order | BadOrder {
  return 'order' in request ? request.order : request.badOrder;
}

function unavailable(request: OrderRequest, error: RecordReadError | RecordWriteError): ExecutionReport {
  const reason = rejectReason(RejectCode.RECORD_UNAVAILABLE, { cause: messageOf(error.cause) });
  return rejectedUnrecorded(request, reason);
}

/** Without an order id, which only the record gives, and without a position. */
function rejectedUnrecorded(request: OrderRequest, reason: string): ExecutionReport {
  const { clOrdId, symbol, side, quantity, price } = orderOf(request);
  return {
    status: 'REJECTED',
    reason,
    ...(clOrdId !== undefined && { clOrdId }),
    ...(symbol !== undefined && { symbol }),
    ...(side !== undefined && { side }),
    ...(quantity !== undefined && { quantity }),
    ...(price !== undefined && { price }),
  };
}
