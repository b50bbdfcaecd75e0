// The orders of a journal that the record in SQLite does not have yet, in memory.

import assert from 'node:assert/strict';
import type { ExecutionReport } from '../../domain/orders.ts';
import type { StrategyPosition } from '../../domain/positions.ts';
import { orderToReport, type RecordedOrder, strategyKey } from '../recorded-order.ts';
import type { JournaledOrder } from './journaled-order.ts';

export class UnprojectedOrders {
  /** By increasing id. Those before `#first` were dropped. */
  #orders: JournaledOrder[] = [];
  #first = 0;
  readonly #byClOrdId = new Map<string, RecordedOrder>();
  readonly #positions = new Map<string, JournaledOrder & { readonly after: StrategyPosition }>();

  get size(): number {
    return this.#orders.length - this.#first;
  }

  /** The id of the oldest; undefined when there is none. */
  get firstOrderId(): number | undefined {
    return this.#orders[this.#first]?.order.orderId;
  }

  add(one: JournaledOrder): void {
    const { order, after } = one;
    const last = this.#orders.at(-1);
    assert.ok(last === undefined || order.orderId === last.order.orderId + 1, 'order ids continue');
    this.#orders.push(one);
    if (order.clOrdId !== undefined) this.#byClOrdId.set(strategyKey(order.strategy, order.clOrdId), order);
    if (after !== undefined)
      this.#positions.set(strategyKey(after.strategy, after.symbol), { ...one, after });
  }

  /** The oldest, at most this many. */
  oldest(count: number): readonly JournaledOrder[] {
    return this.#orders.slice(this.#first, this.#first + count);
  }

  all(): readonly JournaledOrder[] {
    return this.oldest(this.size);
  }

  /** Those up to this id. */
  through(orderId: number): readonly JournaledOrder[] {
    const { firstOrderId } = this;
    return firstOrderId === undefined ? [] : this.oldest(Math.max(0, orderId - firstOrderId + 1));
  }

  /** Forgets the orders up to this id: the record has them. */
  dropThrough(orderId: number): void {
    while (this.size > 0) {
      const { order, after } = this.#orders[this.#first];
      if (order.orderId > orderId) break;
      this.#first++;
      if (order.clOrdId !== undefined) this.#byClOrdId.delete(strategyKey(order.strategy, order.clOrdId));
      if (after === undefined) continue;
      const key = strategyKey(after.strategy, after.symbol);
      if (this.#positions.get(key)?.order === order) this.#positions.delete(key);
    }
    if (this.#first > this.#orders.length / 2) {
      this.#orders = this.#orders.slice(this.#first);
      this.#first = 0;
    }
  }

  clear(): void {
    this.#orders = [];
    this.#first = 0;
    this.#byClOrdId.clear();
    this.#positions.clear();
  }

  find(strategy: string, clOrdId: string): ExecutionReport | undefined {
    const order = this.#byClOrdId.get(strategyKey(strategy, clOrdId));
    return order && orderToReport(order);
  }

  position(strategy: string, symbol: string): StrategyPosition | undefined {
    return this.#positions.get(strategyKey(strategy, symbol))?.after;
  }

  /** The positions that changed, as they are now. */
  positions(): StrategyPosition[] {
    return Array.from(this.#positions.values(), ({ after }) => after);
  }

  lastClOrdId(strategy: string): string | undefined {
    for (let index = this.#orders.length - 1; index >= this.#first; index--) {
      const { order } = this.#orders[index];
      if (order.strategy === strategy && order.clOrdId !== undefined) return order.clOrdId;
    }
    return undefined;
  }
}
