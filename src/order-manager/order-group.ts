// The orders of one group while it is executed: what will be recorded together, and the positions after it.

import { type FillOutcome, type FillRules, fillOrder, type MarketPrice } from '../domain/fills.ts';
import type { ExecutionReport, Order } from '../domain/orders.ts';
import { applyFill, type Position, type StrategyPosition } from '../domain/positions.ts';
import type { RiskControls } from '../domain/risk/risk-controls.ts';
import { RecordReadError } from '../order-store/errors.ts';
import { GroupOrders } from '../order-store/group-orders.ts';
import type { OrderStore } from '../order-store/order-store.ts';
import { orderToReport, type RecordedOrder } from '../order-store/recorded-order.ts';
import { StrategyMap } from '../order-store/strategy-map.ts';
import { type OrderRequest, orderFields } from './order-request.ts';
import { rejectUnavailable, rejectUnrecorded } from './unrecorded-rejects.ts';

/** The answer to one request. */
export interface OrderAnswer {
  readonly report: ExecutionReport;
  /** True: the order was executed before, and this is its first report again. */
  readonly isRepeat: boolean;
  /** The note of the order, if it has one. */
  readonly note?: string;
}

/** How the orders of a group are filled. */
export interface FillTerms {
  readonly rules: FillRules;
  /** The present price of a symbol. */
  readonly marketPrice: (symbol: string) => MarketPrice;
  /** When, in ms since 1970 UTC. */
  readonly timeMs: number;
}

/** What the orders of a group leave for those behind them. */
interface EarlierOrders {
  readonly byClOrdId: GroupOrders;
  readonly positions: StrategyMap<StrategyPosition>;
  /** Of the strategies that traded a new one in this group. */
  readonly symbolsTraded: Map<string, number>;
}

function earlierOrders(orders: readonly RecordedOrder[]): EarlierOrders {
  return { byClOrdId: new GroupOrders(orders), positions: new StrategyMap(), symbolsTraded: new Map() };
}

/** Reads the store and does not write it. Each order sees the positions that those before it leave. */
export class OrderGroup {
  /** The new orders, to be recorded. */
  readonly orders: RecordedOrder[] = [];
  /** What each of them that was filled left of its position. */
  readonly positions: StrategyPosition[] = [];
  readonly #store: OrderStore;
  readonly #controls: RiskControls;
  readonly #terms: FillTerms;
  /** Undefined for a lone order, which has none before it. */
  readonly #before: EarlierOrders | undefined;

  /** @param size how many requests it will answer */
  constructor(store: OrderStore, controls: RiskControls, terms: FillTerms, size: number) {
    this.#store = store;
    this.#controls = controls;
    this.#terms = terms;
    if (size > 1) this.#before = earlierOrders(this.orders);
  }

  answer(request: OrderRequest): OrderAnswer {
    const answer = this.#answer(request);
    return 'order' in request && request.order.note !== undefined
      ? { ...answer, note: request.order.note }
      : answer;
  }

  #answer(request: OrderRequest): OrderAnswer {
    try {
      const firstReport = this.#firstReport(request);
      if (firstReport) return { report: firstReport, isRepeat: true };
      return { report: this.#newReport(request), isRepeat: false };
    } catch (thrown) {
      if (!(thrown instanceof RecordReadError)) throw thrown;
      return { report: rejectUnavailable(request, thrown), isRepeat: false };
    }
  }

  #firstReport(request: OrderRequest): ExecutionReport | undefined {
    const { clOrdId } = orderFields(request);
    if (clOrdId === undefined) return undefined;
    const { strategy } = request;
    const ofGroup = this.#before?.byClOrdId.find(strategy, clOrdId);
    return ofGroup === undefined ? this.#store.find(strategy, clOrdId) : orderToReport(ofGroup);
  }

  #newReport(request: OrderRequest): ExecutionReport {
    if ('badOrder' in request) return rejectUnrecorded(request, request.badOrder.reason);
    const { strategy, order } = request;
    const aboveRate = this.#controls.checkRate(strategy);
    if (aboveRate !== undefined) return rejectUnrecorded(request, aboveRate);
    const recorded = this.#execute(strategy, order);
    this.orders.push(recorded);
    return orderToReport(recorded);
  }

  /** Fills the order, or rejects it. */
  #execute(strategy: string, order: Order): RecordedOrder {
    const { clOrdId, symbol, side, quantity, price: limit, marketTime, note } = order;
    const before = this.#position(strategy, symbol);
    const others = this.#otherSymbols(strategy, before);
    const outcome = this.#outcome(strategy, order, before, others);
    const { price, fee } = outcome.isFilled ? outcome : { price: limit, fee: 0 };
    const after = outcome.isFilled
      ? positionOf(strategy, symbol, applyFill(before, side, quantity, price, fee))
      : before;
    if (outcome.isFilled) this.#change(after, others);
    return {
      orderId: this.#store.lastOrderId + this.orders.length + 1,
      strategy,
      clOrdId,
      symbol,
      side,
      quantity,
      price,
      limit: price === limit ? undefined : limit,
      fee,
      status: outcome.isFilled ? 'FILLED' : 'REJECTED',
      reason: outcome.isFilled ? undefined : outcome.reason,
      timeMs: this.#terms.timeMs,
      position: after.quantity,
      marketTime,
      note,
    };
  }

  #change(after: StrategyPosition, otherSymbols: number | undefined): void {
    const { strategy, symbol } = after;
    this.positions.push(after);
    this.#before?.positions.set(strategy, symbol, after);
    if (otherSymbols !== undefined) this.#before?.symbolsTraded.set(strategy, otherSymbols + 1);
  }

  #outcome(
    strategy: string,
    order: Order,
    { quantity }: StrategyPosition,
    otherSymbols: number | undefined,
  ): FillOutcome {
    const reason = this.#controls.checkOrder(strategy, order, quantity, otherSymbols);
    if (reason !== undefined) return { isFilled: false, reason };
    const { rules, marketPrice } = this.#terms;
    return fillOrder(order, rules, () => marketPrice(order.symbol));
  }

  /** The symbols that the strategy has traded, if this one is not among them; undefined if it is. */
  #otherSymbols(strategy: string, { symbol, quantity, realisedPnl }: StrategyPosition): number | undefined {
    if (quantity !== 0 || realisedPnl !== 0) return undefined;
    if (this.#before?.positions.has(strategy, symbol)) return undefined;
    if (this.#store.hasTraded(strategy, symbol)) return undefined;
    return this.#before?.symbolsTraded.get(strategy) ?? this.#store.symbolsTraded(strategy);
  }

  #position(strategy: string, symbol: string): StrategyPosition {
    const changed = this.#before?.positions.get(strategy, symbol);
    return changed ?? this.#store.position(strategy, symbol);
  }
}

function positionOf(strategy: string, symbol: string, position: Position): StrategyPosition {
  const { quantity, averagePrice, realisedPnl } = position;
  return { strategy, symbol, quantity, averagePrice, realisedPnl };
}
