// An order store that keeps everything in memory and does no I/O: it lasts as long as its process.

import type { ExecutionReport } from '../../domain/orders.ts';
import { FLAT_POSITION, type StrategyPosition } from '../../domain/positions.ts';
import { RecordWriteError } from '../errors.ts';
import {
  assertIdsContinue,
  isIn,
  type OrderStore,
  type OrdersQuery,
  type OrderTotals,
  type PositionsPlace,
} from '../order-store.ts';
import { orderToReport, type RecordedOrder } from '../recorded-order.ts';
import { StrategyMap } from '../strategy-map.ts';

/** What is known of one strategy. */
interface StrategyBooks {
  readonly positions: Map<string, StrategyPosition>;
  lastClOrdId: string | undefined;
  filled: number;
  rejected: number;
  fees: number;
}

export class MemoryOrderStore implements OrderStore {
  /** The order with id N is at index N - 1. */
  readonly #orders: RecordedOrder[] = [];
  readonly #byClOrdId = new StrategyMap<RecordedOrder>();
  readonly #strategies = new Map<string, StrategyBooks>();

  get lastOrderId(): number {
    return this.#orders.length;
  }

  find(strategy: string, clOrdId: string): ExecutionReport | undefined {
    const order = this.#byClOrdId.get(strategy, clOrdId);
    return order && orderToReport(order);
  }

  lastClOrdId(strategy: string): string | undefined {
    return this.#strategies.get(strategy)?.lastClOrdId;
  }

  position(strategy: string, symbol: string): StrategyPosition {
    const known = this.#strategies.get(strategy)?.positions.get(symbol);
    return known ?? { strategy, symbol, ...FLAT_POSITION };
  }

  hasTraded(strategy: string, symbol: string): boolean {
    return this.#strategies.get(strategy)?.positions.has(symbol) ?? false;
  }

  symbolsTraded(strategy: string): number {
    return this.#strategies.get(strategy)?.positions.size ?? 0;
  }

  positionsOf(strategy: string): StrategyPosition[] {
    return sortedByKey(this.#strategies.get(strategy)?.positions ?? new Map<string, StrategyPosition>());
  }

  positions(): StrategyPosition[] {
    return sortedByKey(this.#strategies).flatMap(({ positions }) => sortedByKey(positions));
  }

  positionsAfter(place: PositionsPlace, limit: number): StrategyPosition[] {
    return this.positions()
      .filter((one) => isIn(place, one))
      .slice(0, limit);
  }

  *orders(query: OrdersQuery = {}): Generator<RecordedOrder> {
    const { limit = Number.POSITIVE_INFINITY, newestFirst = false, strategy, symbol } = query;
    const step = newestFirst ? -1 : 1;
    const from = query.from ?? (newestFirst ? this.lastOrderId : 1);
    let orderId = newestFirst ? Math.min(from, this.lastOrderId) : Math.max(from, 1);
    for (let left = limit; left > 0 && orderId >= 1 && orderId <= this.lastOrderId; orderId += step) {
      const order = this.#orders[orderId - 1];
      if (order.strategy !== (strategy ?? order.strategy) || order.symbol !== (symbol ?? order.symbol))
        continue;
      yield order;
      left--;
    }
  }

  totals(): OrderTotals {
    let [filled, rejected, fees] = [0, 0, 0];
    for (const books of this.#strategies.values()) {
      filled += books.filled;
      rejected += books.rejected;
      fees += books.fees;
    }
    return { orders: filled + rejected, filled, rejected, fees };
  }

  recordAll(orders: readonly RecordedOrder[], positions: readonly StrategyPosition[]): void {
    assertIdsContinue(this.lastOrderId, orders);
    this.#refuseRepeats(orders);
    for (const order of orders) this.#add(order);
    for (const position of positions) this.#books(position.strategy).positions.set(position.symbol, position);
  }

  /** Looks at the whole group before any of it is kept. */
  #refuseRepeats(orders: readonly RecordedOrder[]): void {
    const ofGroup = new StrategyMap<true>();
    for (const { strategy, clOrdId } of orders) {
      if (clOrdId === undefined) continue;
      if (this.#byClOrdId.has(strategy, clOrdId) || ofGroup.has(strategy, clOrdId))
        throw new RecordWriteError(
          'in memory',
          new Error(`order ${clOrdId} of ${strategy} is already recorded`),
        );
      ofGroup.set(strategy, clOrdId, true);
    }
  }

  #add(order: RecordedOrder): void {
    const { strategy, clOrdId, status, fee } = order;
    const books = this.#books(strategy);
    this.#orders.push(order);
    if (status === 'FILLED') books.filled++;
    else books.rejected++;
    books.fees += fee;
    if (clOrdId === undefined) return;
    this.#byClOrdId.set(strategy, clOrdId, order);
    books.lastClOrdId = clOrdId;
  }

  #books(strategy: string): StrategyBooks {
    const known = this.#strategies.get(strategy);
    if (known) return known;
    const books = { positions: new Map(), lastClOrdId: undefined, filled: 0, rejected: 0, fees: 0 };
    this.#strategies.set(strategy, books);
    return books;
  }
}

/** By code unit, as SQLite sorts: names and symbols are ASCII. */
function sortedByKey<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
}
