// Writes a group of orders into a record, and the sums that they change.

import type { DatabaseSync } from 'node:sqlite';
import type { StrategyPosition } from '../../domain/positions.ts';
import { type JournaledOrder, positionsAfter } from '../journal/journaled-order.ts';
import { type RecordedOrder, timeText } from '../recorded-order.ts';
import { StrategyMap } from '../strategy-map.ts';

export class GroupWriter {
  readonly #statements: ReturnType<typeof prepareWrites>;
  /** Of the last order: those of a group have the same. */
  #timeMs = Number.NaN;
  #timeText = '';

  /** @param database has the present schema */
  constructor(database: DatabaseSync) {
    this.#statements = prepareWrites(database);
  }

  /**
   * Begins a transaction with the group in it.
   * @param changed the positions after it, each once
   * @param chain the commit word of the last order in the journal; undefined without a journal
   */
  begin(
    orders: readonly RecordedOrder[],
    changed: readonly StrategyPosition[],
    chain: number | undefined,
  ): void {
    this.#statements.begin.run();
    for (const order of orders) this.#insert(order);
    for (const position of changed) this.#updatePosition(position);
    for (const sums of sumsByStrategy(orders)) this.#addToStrategy(sums);
    this.#statements.mark.run(orders[orders.length - 1].orderId, chain ?? null);
  }

  /** The same with orders of a journal. */
  beginJournaled(group: readonly JournaledOrder[]): void {
    const orders = group.map(({ order }) => order);
    this.begin(orders, latestOf(positionsAfter(group)), group[group.length - 1].chain);
  }

  commit(): void {
    this.#statements.commit.run();
  }

  #insert(order: RecordedOrder): void {
    if (isUsual(order)) this.#insertUsual(order);
    else this.#insertAny(order);
  }

  #insertUsual(order: RecordedOrder): void {
    this.#statements.insertUsualOrder.run(
      order.orderId,
      order.strategy,
      order.clOrdId ?? null,
      order.symbol,
      order.side,
      order.quantity,
      order.price,
      this.#timeTextOf(order),
      order.position,
      order.marketTime ?? null,
    );
  }

  #insertAny(order: RecordedOrder): void {
    this.#statements.insertOrder.run(
      order.orderId,
      order.strategy,
      order.clOrdId ?? null,
      order.symbol,
      order.side,
      order.quantity,
      order.price,
      order.status,
      order.reason ?? null,
      this.#timeTextOf(order),
      order.position,
      order.marketTime ?? null,
      order.limit ?? null,
      order.fee,
      order.note ?? null,
    );
  }

  #timeTextOf(order: RecordedOrder): string {
    if (order.timeMs !== this.#timeMs) {
      this.#timeMs = order.timeMs;
      this.#timeText = timeText(order);
    }
    return this.#timeText;
  }

  #updatePosition(position: StrategyPosition): void {
    const { strategy, symbol, quantity, averagePrice, realisedPnl } = position;
    this.#statements.updatePosition.run(strategy, symbol, quantity, averagePrice, realisedPnl);
  }

  #addToStrategy({ strategy, lastClOrdId, filled, rejected, fees }: StrategySums): void {
    this.#statements.addToStrategy.run(strategy, lastClOrdId ?? null, filled, rejected, fees);
  }
}

/** The last one of each strategy and symbol. */
export function latestOf(positions: readonly StrategyPosition[]): StrategyPosition[] {
  const latest = new StrategyMap<StrategyPosition>();
  for (const position of positions) latest.set(position.strategy, position.symbol, position);
  return [...latest.values()];
}

interface StrategySums {
  strategy: string;
  lastClOrdId: string | undefined;
  filled: number;
  rejected: number;
  fees: number;
}

function newSums(strategy: string): StrategySums {
  return { strategy, lastClOrdId: undefined, filled: 0, rejected: 0, fees: 0 };
}

function sumsByStrategy(orders: readonly RecordedOrder[]): Iterable<StrategySums> {
  const byStrategy = new Map<string, StrategySums>();
  let sums: StrategySums | undefined;
  for (const { strategy, clOrdId, status, fee } of orders) {
    if (sums === undefined || strategy !== sums.strategy) {
      sums = byStrategy.get(strategy) ?? newSums(strategy);
      byStrategy.set(strategy, sums);
    }
    if (status === 'FILLED') sums.filled++;
    else sums.rejected++;
    sums.fees += fee;
    sums.lastClOrdId = clOrdId ?? sums.lastClOrdId;
  }
  return byStrategy.values();
}

/** Filled at its own price, without a fee, and sent without a note. */
function isUsual({ status, limit, fee, note }: RecordedOrder): boolean {
  return status === 'FILLED' && limit === undefined && fee === 0 && note === undefined;
}

function prepareWrites(database: DatabaseSync) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    insertOrder: database.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    // Each value that is bound costs a hundredth of the time of an order.
    insertUsualOrder: database.prepare(
      "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, 'FILLED', NULL, ?, ?, ?, NULL, 0, NULL)",
    ),
    mark: database.prepare('UPDATE journal SET order_id = ?, chain = ?'),
    updatePosition: database.prepare('INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?)'),
    addToStrategy: database.prepare(`
      INSERT INTO strategies VALUES (?, ?, ?, ?, ?) ON CONFLICT (strategy) DO UPDATE SET
        last_cl_ord_id = coalesce(excluded.last_cl_ord_id, last_cl_ord_id),
        filled = filled + excluded.filled,
        rejected = rejected + excluded.rejected,
        fees = fees + excluded.fees`),
  };
}
