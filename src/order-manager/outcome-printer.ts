// Prints the confirmation of each fill and logs each recorded rejection, in the order of their ids: each once, also
// if this process is killed.
//
//    record ──▶ begin(12) ──▶ console ──▶ set(console, 12) ──▶ log file ──▶ set(file, 12)
//
// An order that was recorded and not printed before a kill is printed at the next start. Only if the kill comes while
// the system call that prints is about to return, the mark does not know whether it was printed. Then it is printed
// again, because a lost confirmation is worse than a repeated one, and the log says how many these are.

import { confirmation } from '../domain/confirmation.ts';
import type { ExecutionReport, RejectedReport } from '../domain/orders.ts';
import type { OrderReader } from '../order-store/order-store.ts';
import { orderToReport } from '../order-store/recorded-order.ts';
import { counted } from '../platform/counted.ts';
import type { Log, PlainLine } from '../platform/log.ts';
import type { Output, PrintMark } from './print-mark.ts';

/** A write of at most PIPE_BUF bytes to a pipe is atomic: a kill cuts no line in two, and no other process does. */
const PIECE_BYTES_MAX = 4096;
/** The name of the process, and its colour. */
const PREFIX_BYTES_MAX = 32;
const READ_AT_ONCE = 1_000;

/** The report of a recorded order. */
export type RecordedReport = ExecutionReport & {
  readonly orderId: number;
  readonly note?: string | undefined;
};

export class OutcomePrinter {
  readonly #log: Log;
  readonly #mark: PrintMark;

  constructor(log: Log, mark: PrintMark) {
    this.#log = log;
    this.#mark = mark;
  }

  /** Prints orders whose ids increase, and are above all that were printed before. */
  print(reports: readonly RecordedReport[]): void {
    for (const piece of piecesOf(reports)) {
      const { lastOrderId } = piece;
      this.#mark.begin(lastOrderId);
      if ('rejected' in piece) this.#logRejected(piece.rejected);
      else this.#log.plainTo('console', piece.lines);
      this.#mark.set('console', lastOrderId);
      if ('lines' in piece) this.#log.plainTo('file', piece.lines);
      this.#mark.set('file', lastOrderId);
    }
  }

  /**
   * Prints what the previous OrderManager recorded and did not print. Call it before the first print().
   * @throws RecordReadError
   */
  printMissing(record: OrderReader & { readonly lastOrderId: number }): void {
    const { console, file, begun } = this.#mark.before;
    const from = Math.min(console, file) + 1;
    const { lastOrderId } = record;
    if (from > lastOrderId) return;
    this.#logMissing(lastOrderId - console, Math.max(0, begun - console));
    let group: RecordedReport[] = [];
    for (const order of record.orders({ from })) {
      const report = { ...orderToReport(order), orderId: order.orderId, note: order.note };
      if (order.orderId <= console) this.#printTo('file', report);
      else if (order.orderId <= file) this.#printTo('console', report);
      else group.push(report);
      if (group.length < READ_AT_ONCE) continue;
      this.print(group);
      group = [];
    }
    this.print(group);
  }

  /** One of the two outputs has it already. */
  #printTo(output: Output, report: RecordedReport): void {
    this.#mark.begin(report.orderId);
    if (report.status === 'FILLED') this.#log.plainTo(output, [lineOf(confirmation(report), report)]);
    this.#mark.set(output, report.orderId);
  }

  #logMissing(count: number, uncertain: number): void {
    if (count === 0) return;
    const doubt = uncertain === 0 ? '' : `; the first ${uncertain} of them may have been printed already`;
    this.#log.warn(
      { event: 'printing-missing', count, uncertain },
      `the previous OrderManager was killed before it printed ${counted(count, 'recorded order: it follows', 'recorded orders: they follow')}${doubt}`,
    );
  }

  #logRejected(report: RejectedReport): void {
    this.#log.warn({ ...report, event: 'order-rejected' }, `rejected an order: ${report.reason}`);
  }
}

/** What is printed by one write. */
type Piece = { readonly lastOrderId: number } & (
  | { readonly lines: readonly PlainLine[] }
  | { readonly rejected: RejectedReport }
);

/** The console prints the assignment's line and nothing else; the file also gets the note. */
function lineOf(text: string, { note }: RecordedReport): PlainLine {
  return note === undefined ? text : { text, fields: { note } };
}

function* piecesOf(reports: readonly RecordedReport[]): Generator<Piece> {
  let lines: PlainLine[] = [];
  let bytes = 0;
  let lastOrderId = 0;
  for (const report of reports) {
    const text = report.status === 'FILLED' ? confirmation(report) : '';
    const lineBytes = text.length + PREFIX_BYTES_MAX;
    if (lines.length > 0 && (text === '' || bytes + lineBytes > PIECE_BYTES_MAX)) {
      yield { lines, lastOrderId };
      lines = [];
      bytes = 0;
    }
    lastOrderId = report.orderId;
    if (report.status === 'REJECTED') yield { rejected: report, lastOrderId };
    else {
      lines.push(lineOf(text, report));
      bytes += lineBytes;
    }
  }
  if (lines.length > 0) yield { lines, lastOrderId };
}
