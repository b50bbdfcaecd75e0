// An order lane as the outbox of its strategy: an order in it is kept, and sent as soon as the bell rings.

import type { StrategyLane } from '../order-lane/strategy-lane.ts';
import type { OrderKeeper } from './order-keeper.ts';
import type { OutboxDamage } from './outbox-errors.ts';
import type { IdentifiedOrder } from './pending-orders.ts';

export class LaneKeeper implements OrderKeeper {
  readonly unanswered: readonly IdentifiedOrder[];
  readonly #lane: StrategyLane;
  readonly #outbox: string;
  /** Orders without a report. */
  #pending: number;

  /** @param outbox for the orders of a damaged lane */
  constructor(lane: StrategyLane, outbox: string) {
    this.#lane = lane;
    this.#outbox = outbox;
    this.unanswered = lane.unanswered;
    this.#pending = lane.unanswered.length;
  }

  get file(): string {
    return this.#lane.path;
  }

  get damage(): OutboxDamage | undefined {
    return this.#lane.recentFault;
  }

  get isFull(): boolean {
    return this.#lane.isFull;
  }

  keep(order: IdentifiedOrder): string {
    this.#lane.append(order);
    this.#pending++;
    return '';
  }

  /** The report itself marks the order as answered. */
  strike(): void {
    this.#pending--;
  }

  clear(): void {
    this.#pending = 0;
  }

  outboxFor(): string {
    return this.#outbox;
  }

  /** The file stays while it has orders without a report. */
  close(): void {
    this.#lane.close(this.#pending === 0);
  }
}
