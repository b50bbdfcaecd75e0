// The orders of a journal that the record in SQLite does not have yet, in memory. Most are copied before anybody looks them
// up: a group stays as the bytes that the journal has, until a look-up decodes it and enters its orders into the maps.

import assert from 'node:assert/strict';
import type { ExecutionReport } from '../../domain/orders.ts';
import type { StrategyPosition } from '../../domain/positions.ts';
import { orderToReport, type RecordedOrder } from '../recorded-order.ts';
import { StrategyMap } from '../strategy-map.ts';
import { type JournaledOrder, positionsAfter } from './journaled-order.ts';
import { decodeRecord, recordBytes } from './record-codec.ts';

type AddedOrder = Pick<RecordedOrder, 'orderId' | 'strategy'>;

interface EncodedGroup {
  /** Whole records. */
  readonly bytes: Buffer;
  readonly lastOrderId: number;
}

export class UnprojectedOrders {
  /** By increasing id. Those before `#first` were dropped. */
  #orders: JournaledOrder[] = [];
  #first = 0;
  /** Of `#orders`, those before this index are in the maps. */
  #mapped = 0;
  /** What follows `#orders`. */
  #encoded: EncodedGroup[] = [];
  /** Of all that were added. */
  #lastOrderId = 0;
  #droppedTo = 0;
  /** The last order id of each strategy: a look-up for one that has no orders here decodes none. */
  readonly #lastOf = new Map<string, number>();
  readonly #byClOrdId = new StrategyMap<RecordedOrder>();
  /** The latest order of each position. */
  readonly #latest = new StrategyMap<JournaledOrder>();

  get size(): number {
    return this.#lastOrderId - this.#droppedTo;
  }

  add(one: JournaledOrder): void {
    this.#decode();
    this.#append([one.order]);
    this.#orders.push(one);
  }

  /** @param bytes the records of these orders, which do not change any more */
  addEncoded(bytes: Buffer, orders: readonly AddedOrder[]): void {
    this.#append(orders);
    this.#encoded.push({ bytes, lastOrderId: this.#lastOrderId });
  }

  /** The oldest, at most this many. */
  oldest(count: number): readonly JournaledOrder[] {
    this.#decode();
    return this.#orders.slice(this.#first, this.#first + count);
  }

  all(): readonly JournaledOrder[] {
    return this.oldest(this.size);
  }

  /** Forgets the orders up to this id: the record has them. */
  dropThrough(orderId: number): void {
    this.#droppedTo = Math.max(this.#droppedTo, Math.min(orderId, this.#lastOrderId));
    for (; this.#first < this.#orders.length; this.#first++) {
      const one = this.#orders[this.#first];
      if (one.order.orderId > orderId) break;
      if (this.#first < this.#mapped) this.#unmap(one);
    }
    this.#mapped = Math.max(this.#mapped, this.#first);
    if (this.#first > this.#orders.length / 2) {
      this.#orders = this.#orders.slice(this.#first);
      this.#mapped -= this.#first;
      this.#first = 0;
    }
    const kept = this.#encoded.findIndex(({ lastOrderId }) => lastOrderId > orderId);
    this.#encoded.splice(0, kept === -1 ? this.#encoded.length : kept);
    if (this.size === 0) this.#lastOf.clear();
  }

  clear(): void {
    this.#orders = [];
    this.#first = 0;
    this.#mapped = 0;
    this.#encoded = [];
    this.#droppedTo = this.#lastOrderId;
    this.#lastOf.clear();
    this.#byClOrdId.clear();
    this.#latest.clear();
  }

  find(strategy: string, clOrdId: string): ExecutionReport | undefined {
    if (!this.#has(strategy)) return undefined;
    this.#map();
    const order = this.#byClOrdId.get(strategy, clOrdId);
    return order && orderToReport(order);
  }

  position(strategy: string, symbol: string): StrategyPosition | undefined {
    if (!this.#has(strategy)) return undefined;
    this.#map();
    return this.#latest.get(strategy, symbol)?.after;
  }

  /** The positions that changed, as they are now. */
  positions(): StrategyPosition[] {
    this.#map();
    return positionsAfter([...this.#latest.values()]);
  }

  /** positions() of one strategy. */
  positionsOf(strategy: string): StrategyPosition[] {
    return this.#has(strategy) ? this.positions().filter((one) => one.strategy === strategy) : [];
  }

  lastClOrdId(strategy: string): string | undefined {
    if (!this.#has(strategy)) return undefined;
    this.#decode();
    for (let index = this.#orders.length - 1; index >= this.#first; index--) {
      const { order } = this.#orders[index];
      if (order.strategy === strategy && order.clOrdId !== undefined) return order.clOrdId;
    }
    return undefined;
  }

  /** Notes orders whose ids continue. */
  #append(orders: readonly AddedOrder[]): void {
    const [first] = orders;
    const last = orders[orders.length - 1];
    if (this.size === 0) this.#droppedTo = first.orderId - 1;
    else assert.ok(first.orderId === this.#lastOrderId + 1, 'order ids continue');
    this.#lastOrderId = last.orderId;
    let before = first;
    for (const order of orders) {
      if (order.strategy !== before.strategy) this.#lastOf.set(before.strategy, before.orderId);
      before = order;
    }
    this.#lastOf.set(last.strategy, last.orderId);
  }

  #has(strategy: string): boolean {
    return (this.#lastOf.get(strategy) ?? 0) > this.#droppedTo;
  }

  #decode(): void {
    if (this.#encoded.length === 0) return;
    for (const { bytes } of this.#encoded) {
      for (let at = 0; at < bytes.length; at += recordBytes(bytes, at)) {
        const one = decodeRecord(bytes, at);
        if (one.order.orderId > this.#droppedTo) this.#orders.push(one);
      }
    }
    this.#encoded = [];
  }

  #map(): void {
    this.#decode();
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
