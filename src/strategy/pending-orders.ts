// Orders without a report, in memory and in a file, so a disconnect or a kill of the strategy loses none.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import type { Order } from '../domain/orders.ts';
import { TicklineError } from '../platform/errors.ts';
import { ClOrdIds } from './cl-ord-ids.ts';
import { frameOf, type OrderKeeper } from './order-keeper.ts';
import { Outbox } from './outbox.ts';
import { type OutboxDamage, OutboxLostError } from './outbox-errors.ts';

/** An order that can be sent again without being traded twice. */
export type IdentifiedOrder = Order & { clOrdId: string };

const PENDING_MAX = 10_000;

/** At most one order per symbol, from before it is sent until its report arrives. */
export class PendingOrders {
  #keeper: OrderKeeper;
  #lost: OutboxLostError | undefined;
  readonly #limit: number;
  readonly #ids = new ClOrdIds();
  /** In the order of sending. */
  readonly #byId = new Map<string, IdentifiedOrder>();
  readonly #symbols = new Set<string>();

  /** Starts with the orders that the previous strategy left. */
  constructor(keeper: OrderKeeper, limit = PENDING_MAX) {
    this.#keeper = keeper;
    this.#limit = limit;
    // Their times may be those of the clock before a reboot.
    for (const { time: _, ...order } of keeper.unanswered) this.#remember(order);
  }

  /**
   * Opens the outbox, with the orders that the previous strategy left in it.
   * @throws OutboxInUseError, OutboxOpenError, NotAnOutboxError
   */
  static open(file: string, limit = PENDING_MAX): PendingOrders {
    return new PendingOrders(Outbox.open(file), limit);
  }

  /** Names this process: its client order ids begin so. */
  get instance(): string {
    return this.#ids.incarnation;
  }

  /** The outbox or the lane. */
  get file(): string {
    return this.#keeper.file;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Whether another order has to wait: for one report, or for all of them when the outbox has no room. */
  get isFull(): boolean {
    return this.size >= this.#limit || this.#keeper.isFull;
  }

  /** Whether another order can be stored, and survives a kill. */
  get canAdd(): boolean {
    return !this.isFull && this.checkOutbox() === undefined;
  }

  /**
   * Returns why no order can be added any more, once another program has removed, moved, replaced or cut the outbox. The
   * pending orders are then in a new outbox, if one can be written.
   */
  checkOutbox(): OutboxLostError | undefined {
    if (this.#lost) return this.#lost;
    const { damage, file } = this.#keeper;
    if (damage !== undefined)
      this.#lost = new OutboxLostError(file, damage, this.size, this.#keepPending(damage));
    return this.#lost;
  }

  /** The symbols that have an order pending. */
  get symbols(): ReadonlySet<string> {
    return this.#symbols;
  }

  /**
   * Stores an order under a client order id, a new one if left out, and returns the frame to send by TCP. Must not be called when
   * full, or for a symbol that has an order pending.
   */
  add(order: Order, clOrdId = this.newId()): string {
    assert(!this.isFull, 'no order is added when full');
    const identified = { ...order, clOrdId };
    this.#remember(identified);
    return this.#keeper.keep(identified);
  }

  /** Removes the order that a report answers, and returns it; undefined for an id that is not pending. */
  answer(clOrdId: string): IdentifiedOrder | undefined {
    const order = this.#byId.get(clOrdId);
    if (order === undefined) return undefined;
    this.#byId.delete(clOrdId);
    this.#symbols.delete(order.symbol);
    if (this.size === 0) this.#keeper.clear();
    else this.#keeper.strike(clOrdId);
    return order;
  }

  /** Removes and returns all orders, in the order of sending, for an OrderManager that sends no reports. */
  takeAll(): IdentifiedOrder[] {
    const orders = [...this.#byId.values()];
    this.#byId.clear();
    this.#symbols.clear();
    this.#keeper.clear();
    return orders;
  }

  /** A client order id that no order of this process has. */
  newId(): string {
    return this.#ids.next();
  }

  /** Does what would otherwise delay the next order. */
  prepare(): void {
    this.#ids.prepare();
  }

  /** Whether the order has no report yet. */
  isPending(clOrdId: string): boolean {
    return this.#byId.has(clOrdId);
  }

  /** The client order ids of all orders, in the order of sending. */
  get ids(): readonly string[] {
    return [...this.#byId.keys()];
  }

  /** The frames of all orders, in the order of sending, to be sent again after a reconnect. */
  frames(): string[] {
    return Array.from(this.#byId.values(), frameOf);
  }

  close(): void {
    this.#keeper.close();
  }

  /** Returns the new outbox. */
  #keepPending(damage: OutboxDamage): string | undefined {
    const keptIn = this.#keeper.outboxFor(damage);
    try {
      if (damage === 'cut') fs.rmSync(this.#keeper.file);
      const outbox = Outbox.open(keptIn);
      for (const order of this.#byId.values()) outbox.keep(order);
      this.#keeper.close();
      this.#keeper = outbox;
      return keptIn;
    } catch (error) {
      if (error instanceof TicklineError || (error instanceof Error && 'syscall' in error)) return undefined;
      throw error;
    }
  }

  #remember(order: IdentifiedOrder): void {
    assert(!this.#symbols.has(order.symbol), 'a symbol has one order pending at most');
    this.#byId.set(order.clOrdId, order);
    this.#symbols.add(order.symbol);
  }
}
