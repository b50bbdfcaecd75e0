// The orders of one group by their client order ids. Most ids count up, and need no map.

import { isOfSession, numberAt, numberStart, sessionOf } from './cl-ord-id-number.ts';
import type { RecordedOrder } from './recorded-order.ts';
import { StrategyMap } from './strategy-map.ts';

interface Counting {
  /** Undefined: the id does not count. */
  readonly session: string | undefined;
  highest: number;
}

export class GroupOrders {
  readonly #orders: readonly RecordedOrder[];
  /** Of the first id of each strategy. */
  readonly #counting = new Map<string, Counting>();
  /** Of the orders before `#mapped`. */
  readonly #byClOrdId = new StrategyMap<RecordedOrder>();
  #mapped = 0;

  /** @param orders may grow; find() is called for the id of each order, in their order, before it looks for a later one */
  constructor(orders: readonly RecordedOrder[]) {
    this.#orders = orders;
  }

  /** The first order with this id; undefined if there is none, or if it is the one whose turn it is. */
  find(strategy: string, clOrdId: string): RecordedOrder | undefined {
    if (this.#isHighest(strategy, clOrdId)) return undefined;
    this.#map();
    return this.#byClOrdId.get(strategy, clOrdId);
  }

  /** Whether the id is the first of its strategy, or above all before it of its session. */
  #isHighest(strategy: string, clOrdId: string): boolean {
    const counting = this.#counting.get(strategy);
    const start = numberStart(clOrdId);
    if (counting === undefined) {
      this.#counting.set(strategy, countingOf(clOrdId, start));
      return true;
    }
    if (counting.session === undefined || !isOfSession(clOrdId, start, counting.session)) return false;
    const number = numberAt(clOrdId, start);
    if (number <= counting.highest) return false;
    counting.highest = number;
    return true;
  }

  #map(): void {
    for (; this.#mapped < this.#orders.length; this.#mapped++) {
      const order = this.#orders[this.#mapped];
      const { strategy, clOrdId } = order;
      if (clOrdId !== undefined && !this.#byClOrdId.has(strategy, clOrdId))
        this.#byClOrdId.set(strategy, clOrdId, order);
    }
  }
}

function countingOf(clOrdId: string, start: number): Counting {
  if (start === 0) return { session: undefined, highest: 0 };
  return { session: sessionOf(clOrdId, start), highest: numberAt(clOrdId, start) };
}
