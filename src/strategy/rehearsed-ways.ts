// The two ways by which an order and its report go, in memory, for rehearsals.

import { RehearsedDoorbell } from '@tickline/price-book';
import type { ExecutionReport, Order } from '../domain/orders.ts';
import { LaneMemory, reportAt } from '../order-lane/lane-memory.ts';
import { LANE_BYTES, LANE_ORDERS } from '../order-lane/layout.ts';
import { writeReport } from '../order-lane/records.ts';
import { StrategyLane } from '../order-lane/strategy-lane.ts';
import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import { decodeServerMessage, encodeReport } from '../protocol/order-codec.ts';
import { LaneKeeper } from './lane-keeper.ts';
import { frameOf, type OrderKeeper } from './order-keeper.ts';
import { PendingOrders } from './pending-orders.ts';

export interface RehearsedWay {
  /** Keeps the next order. */
  readonly pending: PendingOrders;
  /** Sends the order that was just kept, as far as that can be done in memory. */
  send(): void;
  /** Answers the order that was just kept, and returns its report as it arrives. */
  answer(order: Order, clOrdId: string): ExecutionReport | undefined;
}

/** Rows of the lane that are used, so that it stays in the caches. */
const ROWS = 64;

export class RehearsedLane implements RehearsedWay {
  pending: PendingOrders;
  readonly #memory = new LaneMemory(new ArrayBuffer(LANE_BYTES));
  #lane = StrategyLane.rehearsal(this.#memory, 0);
  #number = 0;
  readonly #bell = new RehearsedDoorbell();

  constructor() {
    this.pending = new PendingOrders(new LaneKeeper(this.#lane, ''));
  }

  send(): void {
    this.#bell.ring();
  }

  answer(order: Order, clOrdId: string): ExecutionReport | undefined {
    this.#number++;
    writeReport(
      this.#memory,
      reportAt(this.#number),
      this.#number,
      filled(order, clOrdId, this.#number),
      order,
    );
    const report = this.#lane.nextReport();
    if (this.#number % LANE_ORDERS === ROWS) this.#toNextRound();
    return report;
  }

  /** The same rows of the ring again. */
  #toNextRound(): void {
    this.#number += LANE_ORDERS - ROWS;
    this.#lane = StrategyLane.rehearsal(this.#memory, this.#number);
    this.pending = new PendingOrders(new LaneKeeper(this.#lane, ''));
  }
}

const KEEPER: OrderKeeper = {
  unanswered: [],
  file: '',
  damage: undefined,
  isFull: false,
  keep: frameOf,
  strike: () => {},
  clear: () => {},
  outboxFor: () => '',
  close: () => {},
};

export class RehearsedTcp implements RehearsedWay {
  readonly pending = new PendingOrders(KEEPER);
  #number = 0;

  send(): void {}

  answer(order: Order, clOrdId: string): ExecutionReport | undefined {
    const frame = encodeReport(filled(order, clOrdId, ++this.#number));
    const message = decodeServerMessage(frame.slice(0, -MESSAGE_DELIMITER.length));
    return message.type === 'report' ? message : undefined;
  }
}

function filled(order: Order, clOrdId: string, orderId: number): ExecutionReport {
  const { symbol, side, quantity, price, marketTime = 0 } = order;
  const position = side === 'BUY' ? quantity : 0;
  return { status: 'FILLED', clOrdId, orderId, symbol, side, quantity, price, position, marketTime };
}
