// Orders without a report, in memory and in the outbox, so a disconnect or a kill of the strategy loses none.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import type { Order } from '../domain/orders.ts';
import { TicklineError } from '../platform/errors.ts';
import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import { encodeMessage } from '../protocol/order-codec.ts';
import { ClOrdIds } from './cl-ord-ids.ts';
import { Outbox } from './outbox.ts';
import { type OutboxDamage, OutboxLostError } from './outbox-errors.ts';

/** An order that can be sent again without being traded twice. */
export type IdentifiedOrder = Order & { clOrdId: string };

const PENDING_MAX = 10_000;
const KEPT_SUFFIX = '.kept';

/** At most one order per symbol, from before it is sent until its report arrives. */
export class PendingOrders {
  #outbox: Outbox;
  #lost: OutboxLostError | undefined;
  readonly #limit: number;
  readonly #ids = new ClOrdIds();
  /** In the order of sending. */
  readonly #byId = new Map<string, IdentifiedOrder>();
  readonly #symbols = new Set<string>();

  private constructor(outbox: Outbox, limit: number) {
    this.#outbox = outbox;
    this.#limit = limit;
    // Their times may be those of the clock before a reboot.
    for (const { time: _, ...order } of outbox.unanswered) this.#remember(order);
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

  get size(): number {
    return this.#byId.size;
  }

  /** Whether another order has to wait: for one report, or for all of them when the outbox has no room. */
  get isFull(): boolean {
    return this.size >= this.#limit || this.#outbox.isFull;
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
    const { damage, file } = this.#outbox;
    if (damage !== undefined)
      this.#lost = new OutboxLostError(file, damage, this.size, this.#keepPending(file, damage));
    return this.#lost;
  }

  /** The symbols that have an order pending. */
  get symbols(): ReadonlySet<string> {
    return this.#symbols;
  }

  /**
   * Stores an order under a client order id, a new one if left out, and returns the frame to send. Must not be called when full,
   * or for a symbol that has an order pending.
   */
  add(order: Order, clOrdId = this.#ids.next()): string {
    assert(!this.isFull, 'no order is added when full');
    const identified = { ...order, clOrdId };
    const frame = frameOf(identified);
    this.#remember(identified);
    this.#outbox.append(lineOf(frame));
    return frame;
  }

  /** Removes the order that a report answers, and returns it; undefined for an id that is not pending. */
  answer(clOrdId: string): IdentifiedOrder | undefined {
    const order = this.#byId.get(clOrdId);
    if (order === undefined) return undefined;
    this.#byId.delete(clOrdId);
    this.#symbols.delete(order.symbol);
    if (this.size === 0) this.#outbox.clear();
    else this.#outbox.strike(clOrdId);
    return order;
  }

  /** Removes and returns all orders, in the order of sending, for an OrderManager that sends no reports. */
  takeAll(): IdentifiedOrder[] {
    const orders = [...this.#byId.values()];
    this.#byId.clear();
    this.#symbols.clear();
    this.#outbox.clear();
    return orders;
  }

  /** The frames of all orders, in the order of sending, to be sent again after a reconnect. */
  frames(): string[] {
    return Array.from(this.#byId.values(), frameOf);
  }

  close(): void {
    this.#outbox.close();
  }

  /** Returns the new outbox. It has the name of the lost one, unless another file has that now. */
  #keepPending(file: string, damage: OutboxDamage): string | undefined {
    const keptIn = damage === 'replaced' ? `${file}${KEPT_SUFFIX}` : file;
    try {
      if (damage === 'cut') fs.rmSync(file);
      const outbox = Outbox.open(keptIn);
      for (const frame of this.frames()) outbox.append(lineOf(frame));
      this.#outbox.close();
      this.#outbox = outbox;
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

function frameOf(order: IdentifiedOrder): string {
  return encodeMessage({ type: 'order', ...order });
}

/** What the outbox has of an order: the message without its delimiter. */
function lineOf(frame: string): string {
  return frame.slice(0, -MESSAGE_DELIMITER.length);
}
