// Keeps the code that executes orders compiled and in the caches between rare orders, as src/order-lane/rehearsal.ts does
// for the lane. It trades in a store of its own, which is dropped.

import type { Order } from '../domain/orders.ts';
import { RiskControls } from '../domain/risk/risk-controls.ts';
import type { RiskLimits } from '../domain/risk/risk-limits.ts';
import { MemoryOrderStore } from '../order-store/memory/memory-order-store.ts';
import { Execution, type ExecutionOptions } from './execution.ts';

const STRATEGY = 'rehearsal';
/** The store is dropped after this many orders. */
const ORDERS_MAX = 256;
/** Enough for the optimising compiler; lasts some 50 ms. */
const FIRST_ROUNDS = 3_000;

export class ExecutionRehearsal {
  readonly #controls: RiskControls;
  readonly #options: Partial<ExecutionOptions>;
  #execution: Execution;
  #store = new MemoryOrderStore();

  /** @param options of the real execution, whose fills it makes at its own price */
  constructor(limits: RiskLimits, options: Pick<ExecutionOptions, 'rules'>) {
    const unlimited = { ...limits, ordersPerSecondMax: Number.POSITIVE_INFINITY };
    this.#controls = new RiskControls(unlimited, { nowMs: () => 0, lastPrice: () => undefined });
    this.#options = { ...options, marketPrice: () => 100 };
    this.#execution = new Execution(this.#store, this.#controls, this.#options);
    for (let round = 0; round < FIRST_ROUNDS; round++) this.once();
  }

  /** Orders executed since the store was last dropped. */
  get orders(): number {
    return this.#store.lastOrderId;
  }

  /** Executes one order. */
  once(): void {
    if (this.orders >= ORDERS_MAX) this.#drop();
    const number = this.orders + 1;
    const order: Order = {
      ...{ symbol: 'AAPL', side: number % 2 === 0 ? 'SELL' : 'BUY', quantity: 1, price: 100 },
      ...{ clOrdId: `rehearsal-${number}`, time: 1.5, marketTime: 7e11 },
    };
    this.#execution.execute([{ strategy: STRATEGY, order }]);
  }

  #drop(): void {
    this.#store = new MemoryOrderStore();
    this.#execution = new Execution(this.#store, this.#controls, this.#options);
  }
}
