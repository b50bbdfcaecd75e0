// Orders are rare, so their code would run interpreted for minutes, and be out of the caches each time. A Strategy that
// rehearses has it compiled before the first order, and keeps it warm while orders are frequent: an order is kept, written
// to a lane in memory, and its report is read.

import type { Order } from '../domain/orders.ts';
import { LaneMemory, reportAt } from '../order-lane/lane-memory.ts';
import { LANE_BYTES, LANE_ORDERS } from '../order-lane/layout.ts';
import { writeReport } from '../order-lane/records.ts';
import { StrategyLane } from '../order-lane/strategy-lane.ts';
import { LaneKeeper } from './lane-keeper.ts';
import { PendingOrders } from './pending-orders.ts';

/** Enough for the optimising compiler; lasts some 20 ms. */
const FIRST_ROUNDS = 3_000;
/** Rows of the lane that are used, so that it stays in the caches. */
const ROWS = 64;

const ORDER: Order = {
  ...{ symbol: 'AAPL', side: 'BUY', quantity: 10, price: 173.2, time: 1.5, marketTime: 7e11 },
};

export class OrderRehearsal {
  readonly #memory = new LaneMemory(new ArrayBuffer(LANE_BYTES));
  #number = 0;
  #lane = StrategyLane.rehearsal(this.#memory, 0);
  #pending = new PendingOrders(new LaneKeeper(this.#lane, ''));
  /** Orders whose report was read. */
  answered = 0;

  constructor() {
    for (let round = 0; round < FIRST_ROUNDS; round++) this.once();
  }

  once(): void {
    this.#number++;
    if (this.#number % LANE_ORDERS > ROWS) this.#toNextRound();
    if (!this.#pending.canAdd) return;
    this.#pending.add({ ...ORDER });
    this.#answer();
    const report = this.#lane.nextReport();
    if (report?.clOrdId !== undefined && this.#pending.answer(report.clOrdId)) this.answered++;
  }

  /** As the OrderManager does it. */
  #answer(): void {
    writeReport(
      this.#memory,
      reportAt(this.#number),
      this.#number,
      {
        ...{
          status: 'FILLED',
          orderId: this.#number,
          symbol: 'AAPL',
          side: 'BUY',
          quantity: 10,
          price: 173.2,
        },
        position: 10,
      },
      ORDER,
    );
  }

  /** The same rows of the ring again. */
  #toNextRound(): void {
    this.#number += LANE_ORDERS - ROWS;
    this.#lane = StrategyLane.rehearsal(this.#memory, this.#number - 1);
    this.#pending = new PendingOrders(new LaneKeeper(this.#lane, ''));
  }
}
