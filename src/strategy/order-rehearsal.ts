// Orders are rare, so their code would run interpreted for minutes, and be out of the caches each time. A Strategy that
// rehearses has it compiled early, and keeps it warm while orders are frequent: a tick becomes an order, which is kept and sent
// in memory, and its report is read.

import { nowNs } from '@tickline/posix';
import { TickBatch } from '@tickline/price-book';
import type { Order } from '../domain/orders.ts';
import { Trader } from '../domain/trader.ts';
import type { RehearsedWay } from './rehearsed-ways.ts';

const SYMBOL = 'AAPL';
const QUANTITY = 10;
const PRICE = 173.2;
const TIME_NS = 1.5;

export class OrderRehearsal {
  readonly #way: RehearsedWay;
  readonly #ticks = oneTick();
  readonly #trader = this.#makeTrader();
  #sent: { readonly order: Order; readonly clOrdId: string } | undefined;
  /** Orders whose report was read. */
  answered = 0;

  constructor(way: RehearsedWay) {
    this.#way = way;
  }

  once(): void {
    this.#trader.onTicks(this.#ticks, 0);
    if (this.#sent === undefined) return;
    const { order, clOrdId } = this.#sent;
    this.#sent = undefined;
    const { pending } = this.#way;
    const report = this.#way.answer(order, clOrdId);
    const answered = report?.clOrdId === undefined ? undefined : pending.answer(report.clOrdId);
    if (report === undefined || answered === undefined) return;
    this.#trader.onReport(report, answered);
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
        orders: { canSend: () => this.#way.pending.canAdd, send: (order) => this.#send(order) },
        events: { onEvaluated: () => {}, onStaleDecision: () => {}, onUnnamedSymbol: () => {} },
        nowNs,
        marketTimeMs: (timeNs) => timeNs,
      },
    );
    trader.attach({ count: 1, nameOf: () => SYMBOL });
    return trader;
  }

  #send(order: Order): void {
    const { pending } = this.#way;
    const clOrdId = pending.newId();
    pending.add(order, clOrdId);
    this.#way.send();
    this.#sent = { order, clOrdId };
    pending.prepare();
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
