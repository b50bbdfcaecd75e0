// What must hold whichever process was killed. Each check throws a BrokenPromiseError.

import type { TableEntry } from '@tickline/price-book';
import type { ExecutionReport } from '../../src/domain/orders.ts';
import type { Summary } from '../../src/orchestrator/summary.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import { BrokenPromiseError } from './errors.ts';

/** Every order is recorded once, under the next number, and turns the position, as if no process had been killed. */
export class RecordedOnce {
  readonly clOrdIds = new Set<string>();
  readonly #quantity: number;
  #lastOrderId = 0;

  /** @param quantity shares that the strategy holds in each traded symbol, long or short */
  constructor(quantity: number) {
    this.#quantity = quantity;
  }

  get lastOrderId(): number {
    return this.#lastOrderId;
  }

  take({ orderId, clOrdId, side, position, status }: RecordedOrder): void {
    expect('orders are numbered without a gap', this.#lastOrderId + 1, orderId);
    this.#lastOrderId = orderId;
    expect(`order ${orderId} is filled`, 'FILLED', status);
    if (clOrdId === undefined || this.clOrdIds.has(clOrdId))
      throw new BrokenPromiseError('an order is recorded once', 'a new clOrdId', `${clOrdId} again`);
    this.clOrdIds.add(clOrdId);
    // The strategy orders the difference between its target and the position that it knows.
    const target = side === 'BUY' ? this.#quantity : -this.#quantity;
    expect(`the strategy knew its position when it sent order ${orderId}`, target, position);
  }
}

/** Every decided order is recorded. */
export function checkDecided(decided: Iterable<string>, recorded: ReadonlySet<string>): void {
  for (const clOrdId of decided)
    if (!recorded.has(clOrdId))
      throw new BrokenPromiseError('a decided order is recorded', clOrdId, 'no such order');
}

/** A report says what the record says. */
export function checkReported(report: ExecutionReport, recorded: RecordedOrder | undefined): void {
  const found = recorded === undefined ? 'no such order' : describe(recorded);
  expect('a reported order is recorded', describe(report), found);
}

/**
 * The book has the price that was sent last. Returns the number of compared symbols: those whose latest tick is the same
 * in the book and at the price port at this moment.
 */
export function checkPrices(
  entries: readonly TableEntry[],
  sent: ReadonlyMap<string, { readonly price: number; readonly sequence: number }>,
): number {
  let compared = 0;
  for (const { symbol, price, sequence } of entries) {
    const last = sent.get(symbol);
    if (last?.sequence !== sequence) continue;
    expect(`the book has the price of ${symbol} that was sent with tick ${sequence}`, last.price, price);
    compared++;
  }
  return compared;
}

/** Every tick that was sent is in the ring or counted as missed. */
export function checkGaps(published: number, missed: number, lastSequence: number): void {
  expect(
    'every tick up to the last one is in the ring or counted as missed',
    lastSequence,
    published + missed,
  );
}

/** The summary of the run adds up. `uncertain` is the number of orders that killed strategies may have counted, not kept. */
export function checkSummary({ ticks, orders }: Summary, recorded: number, uncertain: number): void {
  expect('every sent tick is applied', ticks.sent, ticks.applied + ticks.missed);
  expect('every applied tick is seen', ticks.applied, ticks.seen);
  expect('no tick is overwritten before it is seen', 0, ticks.lapped);
  expect('every order is answered', 0, orders.unanswered);
  expect('every order is recorded', recorded, orders.recorded);
  const onlyCounted = orders.sent - orders.recorded;
  if (onlyCounted < 0 || onlyCounted > uncertain)
    throw new BrokenPromiseError('orders sent are recorded', `0 to ${uncertain} more sent`, `${onlyCounted}`);
}

function describe(order: ExecutionReport | RecordedOrder): string {
  const { orderId, clOrdId, symbol, side, quantity, price, status, position } = order;
  return `${orderId} ${clOrdId} ${status} ${side} ${quantity} ${symbol} @ ${price}, then ${position}`;
}

function expect<T extends string | number>(promise: string, expected: T, found: T): void {
  if (expected !== found) throw new BrokenPromiseError(promise, String(expected), String(found));
}
