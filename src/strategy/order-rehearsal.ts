// Orders are rare, so their code would run interpreted for minutes, and be out of the caches each time. A Strategy that
// rehearses has it compiled before the first order, and keeps it warm while orders are frequent: a tick becomes an order, which
// is kept, written to a lane in memory, and its report is read.

import { nowNs } from '@tickline/posix';
import { TickBatch } from '@tickline/price-book';
import type { Order } from '../domain/orders.ts';
import { Trader } from '../domain/trader.ts';
import { LaneMemory, reportAt } from '../order-lane/lane-memory.ts';
import { LANE_BYTES, LANE_ORDERS } from '../order-lane/layout.ts';
import { writeReport } from '../order-lane/records.ts';
import { StrategyLane } from '../order-lane/strategy-lane.ts';
import { LaneKeeper } from './lane-keeper.ts';
import { PendingOrders } from './pending-orders.ts';

/** Enough for the optimising compiler; lasts some 40 ms. */
const FIRST_ROUNDS = 3_000;
/** Rows of the lane that are used, so that it stays in the caches. */
const ROWS = 64;
const SYMBOL = 'AAPL';
const QUANTITY = 10;
const PRICE = 173.2;
const TIME_NS = 1.5;

export class OrderRehearsal {
  readonly #memory = new LaneMemory(new ArrayBuffer(LANE_BYTES));
  readonly #ticks = oneTick();
  readonly #trader = this.#makeTrader();
  #number = 0;
  #lane = StrategyLane.rehearsal(this.#memory, 0);
  #pending = new PendingOrders(new LaneKeeper(this.#lane, ''));
  #order: Order | undefined;
  /** Orders whose report was read. */
  answered = 0;

  constructor() {
    for (let round = 0; round < FIRST_ROUNDS; round++) this.once();
  }

  once(): void {
    this.#number++;
    if (this.#number % LANE_ORDERS > ROWS) this.#toNextRound();
    this.#trader.onTicks(this.#ticks, 0);
    if (this.#order === undefined) return;
    this.#answer(this.#order);
    this.#order = undefined;
    const report = this.#lane.nextReport();
    const order = report?.clOrdId === undefined ? undefined : this.#pending.answer(report.clOrdId);
    if (report === undefined || order === undefined) return;
    this.#trader.onReport(report, order);
    this.answered++;
  }

  /** Its strategy buys and sells in turn. */
  #makeTrader(): Trader {
    let target = 0;
    const onTick = () => {
      target = QUANTITY - target;
      return target;
    };
    const trader = new Trader(
      { lossless: false, staleAfter: Number.POSITIVE_INFINITY, symbols: undefined, slippageBps: 0 },
      {
        createStrategy: () => ({ onTick }),
        orders: { canSend: () => this.#pending.canAdd, send: (order) => this.#send(order) },
        events: { onEvaluated: () => {}, onStaleDecision: () => {}, onUnnamedSymbol: () => {} },
        nowNs,
        marketTimeMs: (timeNs) => timeNs,
      },
    );
    trader.attach({ count: 1, nameOf: () => SYMBOL });
    return trader;
  }

  #send(order: Order): void {
    this.#pending.add(order);
    this.#order = order;
  }

  /** As the OrderManager does it. */
  #answer(order: Order): void {
    const { symbol, side, quantity, price } = order;
    writeReport(
      this.#memory,
      reportAt(this.#number),
      this.#number,
      {
        ...{ status: 'FILLED', orderId: this.#number, symbol, side, quantity, price },
        position: side === 'BUY' ? quantity : 0,
      },
      order,
    );
  }

  /** The same rows of the ring again. */
  #toNextRound(): void {
    this.#number += LANE_ORDERS - ROWS;
    this.#lane = StrategyLane.rehearsal(this.#memory, this.#number - 1);
    this.#pending = new PendingOrders(new LaneKeeper(this.#lane, ''));
  }
}

function oneTick(): TickBatch {
  const ticks = new TickBatch(1);
  ticks.count = 1;
  ticks.prices[0] = PRICE;
  ticks.sequences[0] = 1;
  ticks.timesNs[0] = TIME_NS;
  ticks.marketTimesMs[0] = Number.NaN;
  return ticks;
}
