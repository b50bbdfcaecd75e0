// The blotter: the last orders with their reports, the positions of every strategy, and their P&L.

import { applyFill, FLAT_POSITION, type StrategyPosition, unrealisedPnl } from '../domain/positions.ts';
import type { ReportCopy } from '../protocol/order-messages.ts';
import type { NewOrders, NewPositions, OrderLine } from './messages.ts';

/** Orders that are kept. */
export const ORDERS_MAX = 1_000;
/** Most orders in one frame; earlier ones are left out. */
const ORDERS_PER_FRAME = 50;

/** The position of all strategies together in one symbol. */
export interface NetPosition {
  /** Shares, signed. */
  readonly quantity: number;
  /** Realised, plus unrealised at the given price, USD. */
  readonly pnl: number;
}

/** The price of a symbol in USD; undefined without one. */
export type PriceOf = (symbol: string) => number | undefined;

const FLAT: NetPosition = { quantity: 0, pnl: 0 };

interface TrackedPosition {
  position: StrategyPosition;
  /** Whether it changed since positions were last taken. */
  changed: boolean;
}

export class Blotter {
  /** By symbol, then by strategy. */
  readonly #positions = new Map<string, Map<string, TrackedPosition>>();
  #orders: OrderLine[] = [];
  #line = 0;
  #lastOrderId = 0;
  #fresh: OrderLine[] = [];
  #skipped = 0;
  #resendOrders = false;
  #changed: TrackedPosition[] = [];
  #resendPositions = false;

  /** Starts over with the positions that the OrderManager sends; it sends its last reports again. */
  begin(positions: readonly StrategyPosition[], lastOrderId: number): void {
    this.#positions.clear();
    this.#changed = [];
    for (const position of positions) this.#tracked(position.strategy, position.symbol).position = position;
    this.#lastOrderId = lastOrderId;
    this.#orders = [];
    this.#fresh = [];
    this.#skipped = 0;
    this.#resendOrders = true;
    this.#resendPositions = true;
  }

  /** Adds a report, from the record or new. A report that is sent again does not count as a new order. */
  add(copy: ReportCopy, now: number): void {
    const isNew = copy.orderId === undefined || copy.orderId > this.#lastOrderId;
    if (!isNew && copy.time === undefined) return;
    if (isNew && copy.orderId !== undefined) this.#lastOrderId = copy.orderId;
    if (isNew && copy.status === 'FILLED') this.#fill(copy.strategy, copy);
    const { type: _, clOrdId: __, time, ...fields } = copy;
    const order = { line: ++this.#line, at: time === undefined ? now : Date.parse(time), ...fields };
    this.#orders.push(order);
    if (this.#orders.length > 2 * ORDERS_MAX) this.#orders = this.#orders.slice(-ORDERS_MAX);
    this.#fresh.push(order);
    if (this.#fresh.length > ORDERS_MAX) this.#skipped += this.#fresh.splice(0, ORDERS_PER_FRAME).length;
  }

  /** The net position in a symbol, and its P&L at this price; without a price only the realised part. */
  holding(symbol: string, price: number | undefined): NetPosition {
    const ofSymbol = this.#positions.get(symbol);
    if (!ofSymbol) return FLAT;
    let quantity = 0;
    let pnl = 0;
    for (const { position } of ofSymbol.values()) {
      quantity += position.quantity;
      pnl += position.realisedPnl + (price === undefined ? 0 : unrealisedPnl(position, price));
    }
    return { quantity, pnl };
  }

  /** The P&L of all positions, in USD. */
  pnl(priceOf: PriceOf): { realised: number; unrealised: number } {
    let realised = 0;
    let unrealised = 0;
    for (const [symbol, ofSymbol] of this.#positions) {
      const price = priceOf(symbol);
      for (const { position } of ofSymbol.values()) {
        realised += position.realisedPnl;
        if (price !== undefined) unrealised += unrealisedPnl(position, price);
      }
    }
    return { realised, unrealised };
  }

  /** All orders that are kept. */
  allOrders(): NewOrders {
    return { complete: true, lines: this.#orders.slice(-ORDERS_MAX), skipped: 0 };
  }

  allPositions(): NewPositions {
    const lines: StrategyPosition[] = [];
    for (const ofSymbol of this.#positions.values())
      for (const { position } of ofSymbol.values()) lines.push(position);
    return { complete: true, lines };
  }

  /** Orders since the last call; undefined without any. */
  takeOrders(): NewOrders | undefined {
    const fresh = this.#fresh;
    const resend = this.#resendOrders;
    if (fresh.length === 0 && !resend) return undefined;
    const orders = resend ? this.allOrders() : this.#shortened(fresh);
    this.#fresh = [];
    this.#skipped = 0;
    this.#resendOrders = false;
    return orders;
  }

  /** Positions that changed since the last call; undefined without any. */
  takePositions(): NewPositions | undefined {
    const changed = this.#changed;
    const resend = this.#resendPositions;
    if (changed.length === 0 && !resend) return undefined;
    for (const tracked of changed) tracked.changed = false;
    this.#changed = [];
    this.#resendPositions = false;
    return resend ? this.allPositions() : { complete: false, lines: changed.map(({ position }) => position) };
  }

  #shortened(fresh: readonly OrderLine[]): NewOrders {
    const lines = fresh.slice(-ORDERS_PER_FRAME);
    return { complete: false, lines, skipped: this.#skipped + fresh.length - lines.length };
  }

  #fill(
    strategy: string,
    { symbol, side, quantity, price }: Extract<ReportCopy, { status: 'FILLED' }>,
  ): void {
    const tracked = this.#tracked(strategy, symbol);
    tracked.position = { ...tracked.position, ...applyFill(tracked.position, side, quantity, price) };
    if (!tracked.changed) this.#changed.push(tracked);
    tracked.changed = true;
  }

  #tracked(strategy: string, symbol: string): TrackedPosition {
    const known = this.#positions.get(symbol)?.get(strategy);
    if (known) return known;
    const tracked = { position: { strategy, symbol, ...FLAT_POSITION }, changed: false };
    const ofSymbol = this.#positions.get(symbol) ?? new Map<string, TrackedPosition>();
    this.#positions.set(symbol, ofSymbol.set(strategy, tracked));
    return tracked;
  }
}
