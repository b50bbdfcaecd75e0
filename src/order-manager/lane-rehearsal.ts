// Rehearses orders that come by a lane, on one in memory.

import { RehearsedDoorbell } from '@tickline/price-book';
import { LaneMemory, requestAt } from '../order-lane/lane-memory.ts';
import { LANE_BYTES, LANE_ORDERS } from '../order-lane/layout.ts';
import { ManagerLane } from '../order-lane/manager-lane.ts';
import { writeRequest } from '../order-lane/records.ts';
import { FIRST_ROUNDS } from '../platform/pause-rehearsals.ts';
import type { OrderLanesHandler } from './order-lanes.ts';
import type { OrderSource } from './order-path.ts';
import type { OrderRequest } from './order-request.ts';
import { RehearsalDesk, type RehearsedParts, rehearsedOrder } from './rehearsal-desk.ts';

/** Rows of the lane that are used, so that it stays in the caches. */
const ROWS = 64;

export class LaneRehearsal implements OrderLanesHandler {
  readonly #desk: RehearsalDesk;
  readonly #memory = new LaneMemory(new ArrayBuffer(LANE_BYTES));
  #lane = ManagerLane.rehearsal(this.#memory, 0);
  #number = 0;
  #rounds = 0;

  constructor(parts: RehearsedParts) {
    const doorbell = new RehearsedDoorbell();
    this.#desk = new RehearsalDesk(parts, {
      checkHolds: true,
      report: (report) => this.#lane.report(report),
      sendReports: () => doorbell.ring(),
    });
  }

  get source(): OrderSource {
    return this.#desk.source;
  }

  /** Orders that were filled so far. */
  get filled(): number {
    return this.#desk.filled;
  }

  /** Whether it has run often enough for the optimising compiler. */
  get isCompiled(): boolean {
    return this.#rounds >= FIRST_ROUNDS;
  }

  /** The lane to read now: it has one order. */
  nextLane(): ManagerLane {
    this.#number++;
    this.#rounds++;
    if (this.#number % LANE_ORDERS > ROWS) {
      this.#number += LANE_ORDERS - ROWS; // the same row in the next round of the ring
      this.#lane = ManagerLane.rehearsal(this.#memory, this.#number - 1);
    }
    writeRequest(this.#memory, requestAt(this.#number), this.#number, rehearsedOrder(this.#number));
    return this.#lane;
  }

  onOrder(_source: OrderSource, request: OrderRequest): void {
    this.#desk.add(request);
  }

  onRead(): void {
    this.#desk.endRead();
  }

  onHeldBack(): void {}
}
