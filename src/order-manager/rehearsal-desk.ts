// Orders are rare, so their code would run interpreted for minutes, and be out of the caches each time. A process that
// rehearses runs it before the first order, and between two: an order goes through the checks, the fill, the encoding of its
// record and its report, by the code and the data of real ones, and nothing of it is recorded.
//
//    LaneRehearsal ──┐
//    TcpRehearsal ───┴──▶ RehearsalDesk

import { CLOCK_ID } from '@tickline/posix';
import type { ExecutionReport } from '../domain/orders.ts';
import { RiskControls } from '../domain/risk/risk-controls.ts';
import { DEFAULT_RISK_LIMITS } from '../domain/risk/risk-limits.ts';
import { Latency } from '../monitoring/latency.ts';
import { processCounters } from '../monitoring/stack-book.ts';
import type { LaneOrder } from '../order-lane/records.ts';
import type { JournaledOrderStore } from '../order-store/journaled-order-store.ts';
import type { Execution } from './execution.ts';
import { GroupCommit, PAUSE_MS } from './group-commit.ts';
import { OrderArrivals } from './order-arrivals.ts';
import type { OrderSource } from './order-path.ts';
import type { OrderRequest } from './order-request.ts';

/** No strategy can log on under this name. */
const STRATEGY = '(rehearsal)';

/** What it runs, of the OrderManager that it belongs to. */
export interface RehearsedParts {
  readonly execution: Execution;
  readonly store: JournaledOrderStore;
}

/** The path of the orders that are rehearsed. */
export interface RehearsedAnswers {
  /** Whether an order right after a rehearsal may rely on its comparison of the record's files. */
  readonly checkHolds: boolean;
  readonly report: (report: ExecutionReport) => void;
  readonly sendReports: () => void;
}

export class RehearsalDesk {
  readonly source: OrderSource;
  readonly #groups: GroupCommit;
  /** A clock on which every order comes after a pause. */
  #clockMs = 0;
  /** Orders that were filled so far: one that is rejected rehearses half of it. */
  filled = 0;

  constructor({ execution, store }: RehearsedParts, { checkHolds, report, sendReports }: RehearsedAnswers) {
    const controls = new RiskControls(DEFAULT_RISK_LIMITS, {
      nowMs: () => this.#clockMs,
      lastPrice: () => undefined,
    });
    const record = store.rehearse.bind(store, checkHolds);
    this.source = { strategy: STRATEGY, clock: CLOCK_ID, report };
    this.#groups = new GroupCommit({
      arrivals: new OrderArrivals({
        counters: processCounters('order-manager'),
        latency: new Latency(),
        onOtherClock: () => {},
      }),
      execution: { execute: (requests) => execution.rehearse(requests, controls, record) },
      paths: [{ sendReports }],
      watchers: { copyReport: () => {}, sendReports: () => {} },
      giveWay: () => {},
      onAnswered: (answers) => {
        for (const { report } of answers) if (report.status === 'FILLED') this.filled++;
      },
      nowMs: () => (this.#clockMs += 2 * PAUSE_MS),
    });
  }

  add(request: OrderRequest): void {
    this.#groups.add(this.source, request);
  }

  /** All orders of one read have been added. */
  endRead(): void {
    this.#groups.flush();
  }
}

/** In turn they open a position, turn it twice and close it. */
const TRADES = [
  { side: 'BUY', quantity: 1, price: 100 },
  { side: 'SELL', quantity: 2, price: 100.5 },
  { side: 'BUY', quantity: 2, price: 100 },
  { side: 'SELL', quantity: 1, price: 100.5 },
] as const;

export function rehearsedOrder(number: number): LaneOrder {
  return {
    ...{ symbol: 'AAPL', ...TRADES[number % TRADES.length] },
    ...{ time: 1.5, marketTime: 7e11, clOrdId: `rehearsal.0-${number}` },
  };
}
