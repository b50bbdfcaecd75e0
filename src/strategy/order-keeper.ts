// Where a strategy keeps the orders that have no report: in the file of an outbox, or in an order lane.

import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import { encodeMessage } from '../protocol/order-codec.ts';
import type { OutboxDamage } from './outbox-errors.ts';
import type { IdentifiedOrder } from './pending-orders.ts';

/** Keeps orders until they are answered, so that a kill of the strategy loses none. */
export interface OrderKeeper {
  /** The orders without a report when it was opened, in the order of sending. */
  readonly unanswered: readonly IdentifiedOrder[];
  readonly file: string;
  /** What another program did to the file since then; undefined if nothing. */
  readonly damage: OutboxDamage | undefined;
  /** Whether there is no room for another order. */
  readonly isFull: boolean;
  /** Keeps an order. Must not be called when full. @returns its frame, if it is to be sent by TCP */
  keep(order: IdentifiedOrder): string;
  /** The order was answered. */
  strike(clOrdId: string): void;
  /** Every order was answered. */
  clear(): void;
  /** The outbox for the pending orders of a damaged file. */
  outboxFor(damage: OutboxDamage): string;
  close(): void;
}

/** An order as it is sent by TCP. */
export function frameOf(order: IdentifiedOrder): string {
  return encodeMessage({ type: 'order', ...order });
}

/** What an outbox has of an order: the message without its delimiter. */
export function lineOf(frame: string): string {
  return frame.slice(0, -MESSAGE_DELIMITER.length);
}
