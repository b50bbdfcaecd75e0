// Orders are rare, so their code would run interpreted for minutes, and be out of the caches each time. A process that
// rehearses runs it before the first order, and between two: an order goes through the checks, the fill, the encoding of its
// record and its report, by the code and the data of real ones, and nothing of it is recorded.
//
//    LaneRehearsal ──┐
//    TcpRehearsal ───┴──▶ RehearsalDesk

import { CLOCK_ID } from '@tickline/posix';
import type { ExecutionReport, Order } from '../domain/orders.ts';
import { RiskControls } from '../domain/risk/risk-controls.ts';
import { Latency } from '../monitoring/latency.ts';
import { processCounters } from '../monitoring/stack-book.ts';
import type { LaneOrder } from '../order-lane/records.ts';
import type { JournaledOrderStore } from '../order-store/journaled-order-store.ts';
import type { Execution } from './execution.ts';
import { GroupCommit, PAUSE_MS } from './group-commit.ts';
import { OrderArrivals } from './order-arrivals.ts';
import type { LaneClient } from './order-lanes.ts';

/** Rounds before the optimising compiler has compiled them; together some 60 ms. */
export const FIRST_ROUNDS = 3_000;
/** No strategy can log on under this name. */
const STRATEGY = '(rehearsal)';

/** What it runs, of the OrderManager that it belongs to. */
export interface RehearsedParts {
  readonly execution: Execution;
  readonly store: JournaledOrderStore;
  readonly controls: RiskControls;
}

export class RehearsalDesk {
  readonly source: LaneClient;
  readonly #arrivals = new OrderArrivals({
    counters: processCounters('order-manager'),
    latency: new Latency(),
    onOtherClock: () => {},
  });
  readonly #groups: GroupCommit;
  /** A clock on which every order comes after a pause. */
  #clockMs = 0;
  /** Orders that were answered so far. */
  answered = 0;

  /** @param checkHolds whether the next order may rely on a rehearsal's comparison of the record's files */
  constructor(
    { execution, store, controls }: RehearsedParts,
    checkHolds: boolean,
    report: (report: ExecutionReport) => void,
  ) {
    const unlimited = new RiskControls(
      { ...controls.limits, ordersPerSecondMax: Number.POSITIVE_INFINITY },
      { nowMs: () => 0, lastPrice: () => undefined },
    );
    const record = store.rehearse.bind(store, checkHolds);
    this.source = { strategy: STRATEGY, clock: CLOCK_ID, report };
    this.#groups = new GroupCommit({
      execution: { execute: (requests) => execution.rehearse(requests, unlimited, record) },
      paths: [{ sendReports: () => {} }],
      watchers: { copyReport: () => {} },
      giveWay: () => {},
      onAnswered: (answers) => {
        this.answered += answers.length;
      },
      nowMs: () => (this.#clockMs += 2 * PAUSE_MS),
    });
  }

  add(order: Order): void {
    this.#arrivals.note(this.source, order.time);
    this.#groups.add(this.source, { strategy: STRATEGY, order });
  }

  /** All orders of one read have been added. */
  endRead(): void {
    this.#groups.flush();
  }
}

/** They buy and sell in turn. */
export function rehearsedOrder(number: number): LaneOrder {
  return {
    ...{ symbol: 'AAPL', side: number % 2 === 0 ? 'SELL' : 'BUY', quantity: 1, price: 100 },
    ...{ time: 1.5, marketTime: 7e11, clOrdId: `rehearsal.0-${number}` },
  };
}
