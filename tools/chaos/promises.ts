// What has to hold whatever was killed. Each check throws a BrokenPromiseError.

import type { TableEntry } from '@tickline/price-book';
import type { Summary } from '../../src/orchestrator/summary.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import type { ReportCopy } from '../../src/protocol/order-messages.ts';
import { BrokenPromiseError } from './errors.ts';

/** Every order is in the record once, with the next number, and turns the position: as if nothing had happened. */
export class RecordedOnce {
  readonly clOrdIds = new Set<string>();
  readonly #quantity: number;
  #lastOrderId = 0;

  /** @param quantity shares that the strategy holds once it trades a symbol, long or short */
  constructor(quantity: number) {
    this.#quantity = quantity;
  }

  get lastOrderId(): number {
    return this.#lastOrderId;
  }

  take({ orderId, clOrdId, side, position, status }: RecordedOrder): void {
    expect('orders are numbered without gap', this.#lastOrderId + 1, orderId);
    this.#lastOrderId = orderId;
    expect(`order ${orderId} is filled`, 'FILLED', status);
    if (clOrdId === undefined || this.clOrdIds.has(clOrdId))
      throw new BrokenPromiseError('an order is recorded once', 'a new clOrdId', `${clOrdId} again`);
    this.clOrdIds.add(clOrdId);
    // The strategy ordered what leads from the position that it believed in to its target.
    const target = side === 'BUY' ? this.#quantity : -this.#quantity;
    expect(`the strategy knew its position when it sent order ${orderId}`, target, position);
  }
}

/** What was decided is recorded. */
export function checkDecided(decided: Iterable<string>, recorded: ReadonlySet<string>): void {
  for (const clOrdId of decided)
    if (!recorded.has(clOrdId))
      throw new BrokenPromiseError('what was decided is recorded', clOrdId, 'no such order');
}

/** What the manager told, it has recorded like that. */
export function checkReported(told: ReportCopy, recorded: RecordedOrder | undefined): void {
  const found = recorded === undefined ? 'no such order' : describe(recorded);
  expect('what was reported is recorded', describe(told), found);
}

/**
 * The book has the price that was sent last. Returns how many symbols were compared: those whose latest tick is the same
 * here and there at this moment.
 */
export function checkPrices(
  entries: readonly TableEntry[],
  sent: ReadonlyMap<string, { readonly price: number; readonly sequence: number }>,
): number {
  let compared = 0;
  for (const { symbol, price, sequence } of entries) {
    const last = sent.get(symbol);
    if (last?.sequence !== sequence) continue;
    expect(`the book's price of ${symbol} at tick ${sequence} is the one that was sent`, last.price, price);
    compared++;
  }
  return compared;
}

/** Ticks in the ring, and ticks that are counted as missed, make up all that were sent. */
export function checkGaps(published: number, missed: number, lastSequence: number): void {
  expect(
    'every tick up to the last one is in the ring, or counted as missed',
    lastSequence,
    published + missed,
  );
}

/** The account of the whole run. `uncertain`: orders that a killed strategy may have counted and not kept. */
export function checkSummary({ ticks, orders }: Summary, recorded: number, uncertain: number): void {
  expect('all ticks that were sent are applied', ticks.sent, ticks.applied + ticks.missed);
  expect('all ticks that were applied are seen', ticks.applied, ticks.seen);
  expect('no tick is overwritten before it is seen', 0, ticks.lapped);
  expect('no order is without an answer', 0, orders.unanswered);
  expect('all orders are recorded', recorded, orders.recorded);
  const onlyCounted = orders.sent - orders.recorded;
  if (onlyCounted < 0 || onlyCounted > uncertain)
    throw new BrokenPromiseError('orders sent are recorded', `0 to ${uncertain} more sent`, `${onlyCounted}`);
}

function describe(order: ReportCopy | RecordedOrder): string {
  const { orderId, clOrdId, symbol, side, quantity, price, status, position } = order;
  return `${orderId} ${clOrdId} ${status} ${side} ${quantity} ${symbol} @ ${price}, then ${position}`;
}

function expect<T extends string | number>(promise: string, expected: T, found: T): void {
  if (expected !== found) throw new BrokenPromiseError(promise, String(expected), String(found));
}
