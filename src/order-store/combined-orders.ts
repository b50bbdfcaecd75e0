// Reads a record in SQLite together with the orders that only its journal has.

import type { ExecutionReport } from '../domain/orders.ts';
import type { StrategyPosition } from '../domain/positions.ts';
import type { UnprojectedOrders } from './journal/unprojected-orders.ts';
import {
  isIn,
  NO_ORDERS,
  type OrderReader,
  type OrdersQuery,
  type OrderTotals,
  type PositionsPlace,
  sumOfTotals,
} from './order-store.ts';
import type { RecordedOrder } from './recorded-order.ts';
import type { SqliteOrderReader } from './sqlite/sqlite-order-reader.ts';
import { StrategyMap } from './strategy-map.ts';

export class CombinedOrders implements OrderReader {
  protected readonly record: SqliteOrderReader;
  protected readonly unprojected: UnprojectedOrders;

  constructor(record: SqliteOrderReader, unprojected: UnprojectedOrders) {
    this.record = record;
    this.unprojected = unprojected;
  }

  /** The file of the record, with symbolic links resolved if it is open for writing. */
  get file(): string {
    return this.record.file;
  }

  find(strategy: string, clOrdId: string): ExecutionReport | undefined {
    return this.lookUp(() => this.unprojected.find(strategy, clOrdId) ?? this.record.find(strategy, clOrdId));
  }

  lastClOrdId(strategy: string): string | undefined {
    return this.lookUp(() => this.unprojected.lastClOrdId(strategy) ?? this.record.lastClOrdId(strategy));
  }

  position(strategy: string, symbol: string): StrategyPosition {
    return this.lookUp(
      () => this.unprojected.position(strategy, symbol) ?? this.record.position(strategy, symbol),
    );
  }

  hasTraded(strategy: string, symbol: string): boolean {
    return this.lookUp(
      () =>
        this.unprojected.position(strategy, symbol) !== undefined || this.record.hasTraded(strategy, symbol),
    );
  }

  symbolsTraded(strategy: string): number {
    return this.lookUp(() => {
      const isNew = ({ symbol }: StrategyPosition) => !this.record.hasTraded(strategy, symbol);
      return (
        this.record.symbolsTraded(strategy) + this.unprojected.positionsOf(strategy).filter(isNew).length
      );
    });
  }

  positionsOf(strategy: string): StrategyPosition[] {
    return this.lookUp(() =>
      merged(this.record.positionsOf(strategy), this.unprojected.positionsOf(strategy)),
    );
  }

  positions(): StrategyPosition[] {
    return this.lookUp(() => merged(this.record.positions(), this.unprojected.positions()));
  }

  positionsAfter(place: PositionsPlace, limit: number): StrategyPosition[] {
    return this.lookUp(() => {
      const { only } = place;
      const all = only === undefined ? this.unprojected.positions() : this.unprojected.positionsOf(only);
      const changed = all.filter((one) => isIn(place, one));
      return merged(this.record.positionsAfter(place, limit), changed).slice(0, limit);
    });
  }

  /** The names of all strategies that ever ordered, sorted. */
  strategies(): string[] {
    return this.lookUp(() => {
      const names = this.unprojected.all().map(({ order }) => order.strategy);
      return [...new Set([...this.record.strategies(), ...names])].sort();
    });
  }

  /** Orders that reach SQLite meanwhile are listed once. */
  *orders(query: OrdersQuery = {}): Generator<RecordedOrder> {
    const { from, limit = Number.POSITIVE_INFINITY, newestFirst = false, strategy, symbol } = query;
    const tail = this.lookUp(() => this.unprojected.all()).map(({ order }) => order);
    const firstId = tail[0]?.orderId ?? Number.POSITIVE_INFINITY;
    const isAsked = (order: RecordedOrder) =>
      order.strategy === (strategy ?? order.strategy) &&
      order.symbol === (symbol ?? order.symbol) &&
      (from === undefined || (newestFirst ? order.orderId <= from : order.orderId >= from));
    const asked = tail.filter(isAsked);
    if (newestFirst) {
      const newest = asked.reverse().slice(0, limit);
      yield* newest;
      const before = Math.min(from ?? Number.MAX_SAFE_INTEGER, firstId - 1);
      yield* this.record.orders({ ...query, from: before, limit: limit - newest.length });
      return;
    }
    let left = limit;
    for (const order of this.record.orders(query)) {
      if (order.orderId >= firstId) break;
      yield order;
      left--;
    }
    yield* asked.slice(0, left);
  }

  totals(): OrderTotals {
    return sumOfTotals(this.totalsByStrategy().values());
  }

  totalsByStrategy(): Map<string, OrderTotals> {
    return this.lookUp(() => {
      const all = this.record.totalsByStrategy();
      for (const { order } of this.unprojected.all()) {
        const totals = [all.get(order.strategy) ?? NO_ORDERS, totalsOf(order)];
        all.set(order.strategy, sumOfTotals(totals));
      }
      return all;
    });
  }

  /** Whatever looks up in both must see them as they are at one moment. */
  protected lookUp<T>(lookups: () => T): T {
    return lookups();
  }
}

function totalsOf({ status, fee }: RecordedOrder): OrderTotals {
  const isFilled = status === 'FILLED';
  return { orders: 1, filled: Number(isFilled), rejected: Number(!isFilled), fees: fee };
}

/** Sorted by strategy and symbol. */
function merged(
  recorded: readonly StrategyPosition[],
  changed: readonly StrategyPosition[],
): StrategyPosition[] {
  if (changed.length === 0) return [...recorded];
  const latest = new StrategyMap<StrategyPosition>();
  for (const one of [...recorded, ...changed]) latest.set(one.strategy, one.symbol, one);
  return [...latest.values()].sort(byNames);
}

/** By code unit, as SQLite sorts. */
function byNames(one: StrategyPosition, other: StrategyPosition): number {
  if (one.strategy !== other.strategy) return one.strategy < other.strategy ? -1 : 1;
  return one.symbol < other.symbol ? -1 : 1;
}
