// The record of one manager of a cluster as a copy of the report log: it records the entries in their order, its own ones too.

import type { StrategyPosition } from '../domain/positions.ts';
import type { OrderStore } from '../order-store/order-store.ts';
import type { RecordedOrder } from '../order-store/recorded-order.ts';
import { TicklineError } from '../platform/errors.ts';
import { decodeEntry, type HaltEntry, type LoggedReport } from '../protocol/report-log.ts';

/** A message of the log, by its sequence. */
export interface LogMessage {
  readonly sequence: number;
  readonly text: string;
  /** Messages behind it. */
  readonly pending: number;
}

export interface ReplicaHandler {
  /** These positions are about to be recorded. */
  beforeRecord(positions: readonly StrategyPosition[]): void;
  /** Recorded for the first time here. */
  onReports(reports: readonly LoggedReport[]): void;
  /** Must be kept before it returns: orders that follow are recorded next. */
  onHalt(halt: HaltEntry): void;
}

/** The record and the log do not belong together. */
export class RecordDivergedError extends TicklineError {
  constructor(orderId: number, what: string) {
    super(
      `the record is not a copy of the report log: ${what} order ${orderId}; expected the record of this cluster; ` +
        `move it away with its journal, or copy both from another OrderManager that is stopped`,
    );
  }
}

export class Replica {
  readonly #store: OrderStore;
  readonly #handler: ReplicaHandler;
  readonly #waiting: { readonly report: LoggedReport; readonly order: RecordedOrder }[] = [];
  /** The last entry that it has. */
  sequence = 0;
  /** Every order up to this sequence of the order stream has its answer in the log. */
  answered = 0;
  /** Entries behind that one, when it arrived. */
  pending = 0;
  /** The process of the last epoch. */
  holder = '';

  constructor(store: OrderStore, handler: ReplicaHandler) {
    this.#store = store;
    this.#handler = handler;
  }

  /** Takes the next entry. Recorded orders wait for flush(). @throws BadMessageError, RecordDivergedError, RecordWriteError */
  take({ sequence, text, pending }: LogMessage): void {
    const { content, answered } = decodeEntry(text);
    if (content.type === 'report') this.#takeReport(content);
    else if (content.type === 'epoch') this.holder = content.holder;
    else if (content.type === 'halt') {
      this.flush();
      this.#handler.onHalt(content);
    }
    this.sequence = sequence;
    this.answered = Math.max(this.answered, answered);
    this.pending = pending;
  }

  /** Records what was taken. @throws RecordWriteError */
  flush(): void {
    const taken = this.#waiting.splice(0);
    if (taken.length === 0) return;
    this.#record(
      taken.map(({ order }) => order),
      taken.flatMap(({ report }) => positionAfter(report) ?? []),
    );
    this.#handler.onReports(taken.map(({ report }) => report));
  }

  /** Records a group whose entries are in the log. @throws RecordWriteError */
  commit(
    orders: readonly RecordedOrder[],
    positions: readonly StrategyPosition[],
    marks: { readonly sequence: number; readonly answered: number },
  ): void {
    this.#record(orders, positions);
    this.sequence = marks.sequence;
    this.answered = marks.answered;
    this.pending = 0;
  }

  #record(orders: readonly RecordedOrder[], positions: readonly StrategyPosition[]): void {
    this.#handler.beforeRecord(positions);
    this.#store.recordAll(orders, positions);
  }

  #takeReport(report: LoggedReport): void {
    if (report.orderId === undefined) return;
    const { orderId } = report;
    const last = this.#store.lastOrderId + this.#waiting.length;
    if (orderId > last + 1) throw new RecordDivergedError(last + 1, 'the log does not have');
    if (orderId > last) this.#waiting.push({ report, order: toRecorded(report, orderId) });
    else if (orderId === last && this.#waiting.length === 0) this.#requireSame(report, orderId);
  }

  /** A repeated report has the order's own fields, and another time. */
  #requireSame({ strategy, clOrdId, symbol, status }: LoggedReport, orderId: number): void {
    const [recorded] = this.#store.orders({ from: orderId, limit: 1 });
    const isSame =
      recorded?.strategy === strategy &&
      recorded.clOrdId === clOrdId &&
      recorded.symbol === symbol &&
      recorded.status === status;
    if (!isSame) throw new RecordDivergedError(orderId, 'it has another');
  }
}

function positionAfter(report: LoggedReport): StrategyPosition | undefined {
  const { status, strategy, averagePrice, realisedPnl } = report;
  if (status !== 'FILLED' || averagePrice === undefined || realisedPnl === undefined) return undefined;
  return { strategy, symbol: report.symbol, quantity: report.position, averagePrice, realisedPnl };
}

/** What orderToReport() made a report of. */
function toRecorded(report: LoggedReport, orderId: number): RecordedOrder {
  const { strategy, clOrdId, symbol, side, quantity, price, position, time, marketTime, note } = report;
  if (symbol === undefined || side === undefined || quantity === undefined || price === undefined)
    throw new RecordDivergedError(orderId, 'it has not all fields of');
  const asked = { orderId, strategy, clOrdId, symbol, side, quantity, price };
  const optional = { ...(marketTime !== undefined && { marketTime }), ...(note !== undefined && { note }) };
  const after = { position: position ?? 0, timeMs: time === undefined ? 0 : Date.parse(time), ...optional };
  if (report.status === 'FILLED')
    return {
      ...asked,
      ...after,
      status: 'FILLED',
      limit: report.limit,
      fee: report.fee ?? 0,
      reason: undefined,
    };
  return { ...asked, ...after, status: 'REJECTED', limit: undefined, fee: 0, reason: report.reason };
}
