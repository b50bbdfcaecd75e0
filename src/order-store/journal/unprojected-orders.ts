// The orders of a journal that the record in SQLite does not have yet, in memory. Most are copied before anybody looks them
// up, so an order enters the maps at the first look-up after it.

import assert from 'node:assert/strict';
import type { ExecutionReport } from '../../domain/orders.ts';
import type { StrategyPosition } from '../../domain/positions.ts';
import { orderToReport, type RecordedOrder } from '../recorded-order.ts';
import { StrategyMap } from '../strategy-map.ts';
import { type JournaledOrder, positionsAfter } from './journaled-order.ts';

export class UnprojectedOrders {
  /** By increasing id. Those before `#first` were dropped. */
  #orders: JournaledOrder[] = [];
  #first = 0;
  /** Of `#orders`, those before this index are in the maps. */
  #mapped = 0;
  readonly #byClOrdId = new StrategyMap<RecordedOrder>();
  /** The latest order of each position. */
  readonly #latest = new StrategyMap<JournaledOrder>();

  get size(): number {
    return this.#orders.length - this.#first;
  }

  /** The id of the oldest; undefined when there is none. */
  get firstOrderId(): number | undefined {
    return this.#orders[this.#first]?.order.orderId;
  }

  add(one: JournaledOrder): void {
    const last = this.#orders.at(-1);
    assert.ok(last === undefined || one.order.orderId === last.order.orderId + 1, 'order ids continue');
    this.#orders.push(one);
  }

  /** The oldest, at most this many. */
  oldest(count: number): readonly JournaledOrder[] {
    return this.#orders.slice(this.#first, this.#first + count);
  }

  all(): readonly JournaledOrder[] {
    return this.oldest(this.size);
  }

  /** Forgets the orders up to this id: the record has them. */
  dropThrough(orderId: number): void {
    while (this.size > 0) {
      const one = this.#orders[this.#first];
      if (one.order.orderId > orderId) break;
      if (this.#first < this.#mapped) this.#unmap(one);
      this.#first++;
    }
    this.#mapped = Math.max(this.#mapped, this.#first);
    if (this.#first > this.#orders.length / 2) {
      this.#orders = this.#orders.slice(this.#first);
      this.#mapped -= this.#first;
      this.#first = 0;
    }
  }

  clear(): void {
    this.#orders = [];
    this.#first = 0;
    this.#mapped = 0;
    this.#byClOrdId.clear();
    this.#latest.clear();
  }

  find(strategy: string, clOrdId: string): ExecutionReport | undefined {
    this.#map();
    const order = this.#byClOrdId.get(strategy, clOrdId);
    return order && orderToReport(order);
  }

  position(strategy: string, symbol: string): StrategyPosition | undefined {
    this.#map();
    return this.#latest.get(strategy, symbol)?.after;
  }

  /** The positions that changed, as they are now. */
  positions(): StrategyPosition[] {
    this.#map();
    return positionsAfter([...this.#latest.values()]);
  }

  lastClOrdId(strategy: string): string | undefined {
    for (let index = this.#orders.length - 1; index >= this.#first; index--) {
      const { order } = this.#orders[index];
      if (order.strategy === strategy && order.clOrdId !== undefined) return order.clOrdId;
    }
    return undefined;
  }

  #map(): void {
    for (; this.#mapped < this.#orders.length; this.#mapped++) {
      const one = this.#orders[this.#mapped];
      const { strategy, symbol, clOrdId } = one.order;
      if (clOrdId !== undefined) this.#byClOrdId.set(strategy, clOrdId, one.order);
      if (one.after !== undefined) this.#latest.set(strategy, symbol, one);
    }
  }

  #unmap(one: JournaledOrder): void {
    const { strategy, symbol, clOrdId } = one.order;
    if (clOrdId !== undefined) this.#byClOrdId.delete(strategy, clOrdId);
    if (this.#latest.get(strategy, symbol) === one) this.#latest.delete(strategy, symbol);
  }
}
