// The blotter: the last orders with their reports, the positions of every strategy, and their P&L.

import { applyFill, FLAT_POSITION, type StrategyPosition, unrealisedPnl } from '../domain/positions.ts';
import type { ReportCopy } from '../protocol/order-messages.ts';
import type { NewOrders, NewPositions, OrderLine, StrategyLine } from './messages.ts';
import { TradeHistory } from './trade-history.ts';

/** Orders that are kept. */
export const ORDERS_MAX = 1_000;
/** Most orders in one frame; earlier ones are left out. */
const ORDERS_PER_FRAME = 50;

/** P&L in USD. */
export interface Pnl {
  realised: number;
  unrealised: number;
}

/** The price of a symbol in USD; undefined without one. */
export type PriceOf = (symbol: string) => number | undefined;

interface TrackedPosition {
  position: StrategyPosition;
  /** Whether it changed since positions were last taken. */
  changed: boolean;
}

type Tally = { -readonly [Field in keyof StrategyLine]: StrategyLine[Field] };

export class Blotter {
  readonly trades = new TradeHistory();
  /** By name, in the order in which they were first seen. */
  readonly #tallies = new Map<string, Tally>();
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
    this.trades.clear();
    this.#skipped = 0;
    this.#resendOrders = true;
    this.#resendPositions = true;
  }

  /** Adds a report, from the record or new. A report that is sent again does not count as a new order. */
  add(copy: ReportCopy, now: number): void {
    const isNew = copy.orderId === undefined || copy.orderId > this.#lastOrderId;
    if (!isNew && copy.time === undefined) return;
    if (isNew && copy.orderId !== undefined) this.#lastOrderId = copy.orderId;
    const tally = this.#tally(copy.strategy);
    if (copy.time === undefined && copy.status === 'REJECTED') tally.rejected++;
    if (isNew && copy.status === 'FILLED') this.#fill(tally, copy);
    const { type: _, clOrdId: __, time, ...fields } = copy;
    const order = { line: ++this.#line, at: time === undefined ? now : Date.parse(time), ...fields };
    this.#orders.push(order);
    if (order.status === 'FILLED') this.trades.add(order);
    if (this.#orders.length > 2 * ORDERS_MAX) this.#orders = this.#orders.slice(-ORDERS_MAX);
    this.#fresh.push(order);
    if (this.#fresh.length > ORDERS_MAX) this.#skipped += this.#fresh.splice(0, ORDERS_PER_FRAME).length;
  }

  /** Number of the last order line; 0 without any. */
  get lastLine(): number {
    return this.#line;
  }

  /** What became of the orders of each strategy. */
  strategies(): StrategyLine[] {
    return [...this.#tallies.values()].map((tally) => ({ ...tally }));
  }

  /** The P&L of each strategy, in the order of strategies(). */
  pnl(priceOf: PriceOf): Pnl[] {
    const byName = new Map([...this.#tallies.keys()].map((name) => [name, { realised: 0, unrealised: 0 }]));
    for (const [symbol, ofSymbol] of this.#positions) {
      const price = priceOf(symbol);
      for (const { position } of ofSymbol.values()) {
        const pnl = byName.get(position.strategy);
        if (!pnl) continue;
        pnl.realised += position.realisedPnl;
        if (price !== undefined) pnl.unrealised += unrealisedPnl(position, price);
      }
    }
    return [...byName.values()];
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

  #fill(tally: Tally, fill: Extract<ReportCopy, { status: 'FILLED' }>): void {
    const { strategy, symbol, side, quantity, price, fee } = fill;
    const tracked = this.#tracked(strategy, symbol);
    const before = tracked.position;
    tracked.position = { ...before, ...applyFill(before, side, quantity, price, fee) };
    const gain = tracked.position.realisedPnl - before.realisedPnl;
    tally.filled++;
    tally.fees += fee ?? 0;
    const closes = Math.sign(before.quantity) === (side === 'BUY' ? -1 : 1);
    if (closes && gain > 0) tally.gains++;
    if (closes && gain < 0) tally.losses++;
    if (!tracked.changed) this.#changed.push(tracked);
    tracked.changed = true;
  }

  #tally(name: string): Tally {
    const known = this.#tallies.get(name);
    if (known) return known;
    const tally = { name, filled: 0, rejected: 0, fees: 0, gains: 0, losses: 0 };
    this.#tallies.set(name, tally);
    return tally;
  }

  #tracked(strategy: string, symbol: string): TrackedPosition {
    const known = this.#positions.get(symbol)?.get(strategy);
    if (known) return known;
    const tracked = { position: { strategy, symbol, ...FLAT_POSITION }, changed: false };
    const ofSymbol = this.#positions.get(symbol) ?? new Map<string, TrackedPosition>();
    this.#positions.set(symbol, ofSymbol.set(strategy, tracked));
    this.#tally(strategy);
    return tracked;
  }
}
