// Checks the promises against a running stack: each time, whatever is new since the last time.

import type { StackBook } from '../../src/monitoring/stack-book.ts';
import { RecordReadError } from '../../src/order-store/errors.ts';
import { RecordReader } from '../../src/order-store/record-reader.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import type { Stack } from '../testing/stack.ts';
import { checkDecided, checkGaps, checkPrices, checkReported, RecordedOnce } from './promises.ts';
import { laneOf, type OrderPathName, outboxOf, QUANTITY } from './stack.ts';
import { LaneWitness, type OrderWitness, OutboxWitness, PriceWitness, ReportWitness } from './witnesses.ts';

/** Recent orders, kept because a report arrives a moment after its order is recorded. */
const RECENT_MAX = 10_000;

export class Inspection implements Disposable {
  readonly outbox: OrderWitness;
  readonly reports: ReportWitness;
  readonly record: RecordReader;
  readonly #book: StackBook;
  readonly #prices: PriceWitness;
  readonly #once = new RecordedOnce(QUANTITY);
  readonly #recent = new Map<number, RecordedOrder>();
  pricesCompared = 0;
  reportsCompared = 0;

  /** @param stack has recorded orders; @param book its price book; @param orderPath of its strategy */
  constructor(stack: Stack, book: StackBook, orderPath: OrderPathName) {
    this.#book = book;
    this.record = RecordReader.open(stack.ordersDb);
    this.#prices = new PriceWitness(stack.pricePort);
    this.reports = new ReportWitness(stack.orderPort);
    this.outbox = orderPath === 'tcp' ? new OutboxWitness(outboxOf(stack)) : new LaneWitness(laneOf(stack));
  }

  get recorded(): number {
    return this.#once.clOrdIds.size;
  }

  /** The newest order in the record, reported or not; 0 while a stopped writer holds the lock. */
  get lastRecorded(): number {
    try {
      const [last] = this.record.orders({ limit: 1, newestFirst: true });
      return last?.orderId ?? 0;
    } catch (error) {
      if (error instanceof RecordReadError) return 0;
      throw error;
    }
  }

  /** Checks whatever is new. @throws BrokenPromiseError */
  check(): void {
    const book = this.#book;
    const reported = [...this.reports.take(), ...this.outbox.takeReports()];
    this.#readRecord(); // after the reports: an order is recorded before it is reported
    for (const report of reported) {
      if (report.orderId === undefined) continue; // not recorded, and sent again if the run is lossless
      checkReported(report, this.#recent.get(report.orderId ?? 0));
      this.reportsCompared++;
    }
    this.pricesCompared += checkPrices(book.entries(), this.#prices.lastPrices);
    const { cursor, lastSequence } = book.ticks();
    if (cursor > 0) checkGaps(cursor, book.counter('orderbook.ticksMissed'), lastSequence);
  }

  /** Whether every order seen in the outbox is recorded by now. */
  get allDecidedRecorded(): boolean {
    this.#readRecord();
    for (const clOrdId of this.outbox.decided) if (!this.#once.clOrdIds.has(clOrdId)) return false;
    return true;
  }

  /** The last check, after every process has exited. @throws BrokenPromiseError */
  checkAtEnd(): void {
    this.#readRecord();
    checkDecided(this.outbox.decided, this.#once.clOrdIds);
  }

  stopWitnesses(): void {
    this.#prices.stop();
    this.reports.stop();
    this.outbox.stop();
  }

  [Symbol.dispose](): void {
    this.stopWitnesses();
    this.record.close();
  }

  #readRecord(): void {
    for (const order of this.record.orders({ from: this.#once.lastOrderId + 1 })) {
      this.#once.take(order);
      this.#recent.set(order.orderId, order);
      this.#recent.delete(order.orderId - RECENT_MAX);
    }
  }
}
