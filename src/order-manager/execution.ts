// Executes orders in groups: look up, check, fill, record, answer.
//
//    requests ──▶ was it executed before? ──▶ risk checks ──▶ fill ──▶ record the group ──▶ answers
//                    └── yes: its first report again

import assert from 'node:assert/strict';
import { FREE_FILLS } from '../domain/fills.ts';
import type { StrategyPosition } from '../domain/positions.ts';
import type { RiskControls } from '../domain/risk/risk-controls.ts';
import { RecordWriteError } from '../order-store/errors.ts';
import type { OrderStore } from '../order-store/order-store.ts';
import { type FillTerms, type OrderAnswer, OrderGroup } from './order-group.ts';
import type { OrderRequest } from './order-request.ts';
import { rejectUnavailable } from './unrecorded-rejects.ts';

export interface ExecutionOptions extends Omit<FillTerms, 'timeMs'> {
  /** The clock of the times that are recorded, in ms since 1970 UTC. */
  readonly timeMs: () => number;
  /** These positions are about to be recorded. */
  readonly beforeRecord: (positions: readonly StrategyPosition[]) => void;
}

const DEFAULTS: ExecutionOptions = {
  rules: FREE_FILLS,
  marketPrice: () => 'NO_PRICE_BOOK',
  timeMs: () => Date.now(),
  beforeRecord: () => {},
};

/**
 * Has no state of its own: ids, positions and repeats are in the store. An order not recorded never happened.
 */
export class Execution {
  readonly #store: OrderStore;
  readonly #controls: RiskControls;
  readonly #options: ExecutionOptions;
  readonly #record: OrderStore['recordAll'] = (orders, positions) => this.#store.recordAll(orders, positions);

  constructor(store: OrderStore, controls: RiskControls, options: Partial<ExecutionOptions> = {}) {
    this.#store = store;
    this.#controls = controls;
    this.#options = { ...DEFAULTS, ...options };
  }

  /**
   * Executes a group of orders and records it. Returns one answer per request, in the same order.
   *
   * - A repeat, whose strategy and `clOrdId` were executed before or earlier in the group, gets its first
   *   report again and trades nothing. Risk controls do not apply to it.
   * - A bad order, and one above the order rate, is rejected and not recorded.
   * - Any other order is filled, or rejected by a risk check or for want of a price. Both are recorded.
   * - While the store cannot be read or written, orders that are not known repeats are rejected with
   *   `RECORD_UNAVAILABLE` and not recorded.
   *
   * An order that was not recorded has no order id, and its `clOrdId` may be used again.
   */
  execute(requests: readonly OrderRequest[]): OrderAnswer[] {
    return this.#run(requests, this.#controls, this.#record, false);
  }

  /**
   * Does what execute() does, but records nothing.
   * @param record runs the code that records, without recording
   */
  rehearse(
    requests: readonly OrderRequest[],
    controls: RiskControls,
    record: OrderStore['recordAll'],
  ): OrderAnswer[] {
    return this.#run(requests, controls, record, true);
  }

  #run(
    requests: readonly OrderRequest[],
    controls: RiskControls,
    record: OrderStore['recordAll'],
    isRehearsal: boolean,
  ): OrderAnswer[] {
    const { rules, marketPrice, timeMs, beforeRecord } = this.#options;
    const terms = { rules, marketPrice, timeMs: timeMs() };
    const group = new OrderGroup(this.#store, controls, terms, requests.length);
    const answers = requests.map((request) => group.answer(request));
    const lastOrderId = this.#store.lastOrderId + (isRehearsal ? 0 : group.orders.length);
    try {
      beforeRecord(group.positions);
      record(group.orders, group.positions);
    } catch (thrown) {
      if (!(thrown instanceof RecordWriteError)) throw thrown;
      return requests.map((request, index) => this.#withdraw(request, answers[index], thrown));
    }
    assert.equal(
      this.#store.lastOrderId,
      lastOrderId,
      'the store has every order that is about to be reported, and no other',
    );
    return answers;
  }

  /** Replaces the answers to an order that was not recorded after all, and to its repeats in the group. */
  #withdraw(request: OrderRequest, answer: OrderAnswer, error: RecordWriteError): OrderAnswer {
    const { orderId } = answer.report;
    if (orderId === undefined || orderId <= this.#store.lastOrderId) return answer;
    return { report: rejectUnavailable(request, error), isRepeat: false };
  }
}
