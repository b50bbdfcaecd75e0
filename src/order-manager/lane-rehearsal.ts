// Orders are rare, so their code would run interpreted for minutes, and be out of the caches each time. A process that
// rehearses runs it before the first order, and between two: an order goes through a lane in memory, the checks, the fill,
// the encoding of its record and its report, by the code and the data of real ones, and nothing of it is recorded.

import { CLOCK_ID } from '@tickline/posix';
import { RiskControls } from '../domain/risk/risk-controls.ts';
import { Latency } from '../monitoring/latency.ts';
import { processCounters } from '../monitoring/stack-book.ts';
import { LaneMemory, requestAt } from '../order-lane/lane-memory.ts';
import { LANE_BYTES, LANE_ORDERS } from '../order-lane/layout.ts';
import { ManagerLane } from '../order-lane/manager-lane.ts';
import { type LaneOrder, writeRequest } from '../order-lane/records.ts';
import type { JournaledOrderStore } from '../order-store/journaled-order-store.ts';
import type { Execution } from './execution.ts';
import { GroupCommit, PAUSE_MS } from './group-commit.ts';
import { OrderArrivals } from './order-arrivals.ts';
import type { LaneClient } from './order-lanes.ts';

/** No strategy can log on under this name. */
const STRATEGY = '(rehearsal)';
/** Enough for the optimising compiler; lasts some 60 ms. */
const FIRST_ROUNDS = 3_000;
/** Rows of the lane that are used, so that it stays in the caches. */
const ROWS = 64;

/** What it runs, of the OrderManager that it belongs to. */
export interface RehearsedParts {
  readonly execution: Execution;
  readonly store: JournaledOrderStore;
  readonly controls: RiskControls;
}

export class LaneRehearsal {
  readonly source: LaneClient;
  readonly onOrder: (order: LaneOrder) => void;
  readonly #groups: GroupCommit;
  readonly #memory = new LaneMemory(new ArrayBuffer(LANE_BYTES));
  #lane = ManagerLane.rehearsal(this.#memory, 0);
  #number = 0;
  /** A clock on which every order comes after a pause. */
  #clockMs = 0;
  /** Orders that were answered so far. */
  answered = 0;

  constructor({ execution, store, controls }: RehearsedParts) {
    const unlimited = new RiskControls(
      { ...controls.limits, ordersPerSecondMax: Number.POSITIVE_INFINITY },
      { nowMs: () => 0, lastPrice: () => undefined },
    );
    const record = store.rehearse.bind(store);
    this.source = { strategy: STRATEGY, clock: CLOCK_ID, report: (report) => this.#lane.report(report) };
    const arrivals = new OrderArrivals({
      counters: processCounters('order-manager'),
      latency: new Latency(),
      onOtherClock: () => {},
    });
    this.onOrder = (order) => {
      arrivals.note(this.source, order.time);
      this.#groups.add(this.source, { strategy: STRATEGY, order });
    };
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

  /** The lane to read now: it has one order. */
  nextLane(): ManagerLane {
    this.#number++;
    if (this.#number % LANE_ORDERS > ROWS) {
      this.#number += LANE_ORDERS - ROWS; // the same row in the next round of the ring
      this.#lane = ManagerLane.rehearsal(this.#memory, this.#number - 1);
    }
    writeRequest(this.#memory, requestAt(this.#number), this.#number, orderOf(this.#number));
    return this.#lane;
  }

  /** All orders of the lane have been passed on. */
  onRead(): void {
    this.#groups.flush();
  }

  /** @param once reads the lane and passes its order on */
  warmUp(once: () => void): void {
    for (let round = 0; round < FIRST_ROUNDS; round++) once();
  }
}

function orderOf(number: number): LaneOrder {
  return {
    ...{ symbol: 'AAPL', side: number % 2 === 0 ? 'SELL' : 'BUY', quantity: 1, price: 100 },
    ...{ time: 1.5, marketTime: 7e11, clOrdId: `rehearsal.0-${number}` },
  };
}
