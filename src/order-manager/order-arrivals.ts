// Counts orders as they arrive, and measures how long they were on their way.

import { CLOCK_ID, nowNs } from '@tickline/posix';
import type { Latency } from '../monitoring/latency.ts';
import type { ProcessCounters } from '../monitoring/stack-book.ts';
import type { OrderSource } from './order-path.ts';

/** Where an order with a time comes from. */
export type TimedSource = Pick<OrderSource, 'strategy' | 'clock'>;

export interface OrderArrivalsParts {
  readonly counters: Pick<ProcessCounters, 'add'>;
  /** From the tick that led to an order until the order arrives here. */
  readonly latency: Pick<Latency, 'record'>;
  /** The times of this strategy's orders are of another clock, and say nothing here. */
  readonly onOtherClock: (strategy: string) => void;
}

export class OrderArrivals {
  readonly #parts: OrderArrivalsParts;

  constructor(parts: OrderArrivalsParts) {
    this.#parts = parts;
  }

  /** @param time when the order's tick left the Gateway, in ns of the source's clock; undefined without one */
  note({ strategy, clock }: TimedSource, time: number | undefined): void {
    const { counters, latency, onOtherClock } = this.#parts;
    counters.add('order-manager.ordersReceived');
    if (time === undefined) return;
    if (clock === CLOCK_ID) latency.record(nowNs() - time);
    else onOtherClock(strategy);
  }
}
