// Writes a group of orders into a record, and the sums that they change.

import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import type { StrategyPosition } from '../../domain/positions.ts';
import type { JournaledOrder } from '../journal/journaled-order.ts';
import { type RecordedOrder, timeText } from '../recorded-order.ts';
import { StrategyMap } from '../strategy-map.ts';

/** Rows per statement: from here on, more save nothing. */
const ROWS_AT_ONCE = 16;

export class GroupWriter {
  readonly #statements: ReturnType<typeof prepareWrites>;
  /** Of the usual orders that are inserted together, in the order of their ids. */
  #rows: Values[] = [];
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
    changed: Iterable<StrategyPosition>,
    chain: number | undefined,
  ): void {
    const sums = new GroupSums();
    this.#begin();
    for (const order of orders) this.#add(order, sums);
    this.#end(changed, sums, orders[orders.length - 1].orderId, chain);
  }

  /** The same with orders of a journal, which may be read meanwhile. Returns the last one. */
  beginJournaled(orders: Iterable<JournaledOrder>): JournaledOrder {
    const sums = new GroupSums();
    const changed = new StrategyMap<StrategyPosition>();
    let last: JournaledOrder | undefined;
    this.#begin();
    for (const one of orders) {
      this.#add(one.order, sums);
      if (one.after !== undefined) changed.set(one.after.strategy, one.after.symbol, one.after);
      last = one;
    }
    assert.ok(last, 'a group has orders');
    this.#end(changed.values(), sums, last.order.orderId, last.chain);
    return last;
  }

  commit(): void {
    this.#statements.commit.run();
  }

  #begin(): void {
    this.#rows = []; // of a group that failed
    this.#statements.begin.run();
  }

  #end(
    changed: Iterable<StrategyPosition>,
    sums: GroupSums,
    lastOrderId: number,
    chain: number | undefined,
  ): void {
    this.#insertRows();
    for (const position of changed) this.#updatePosition(position);
    for (const ofStrategy of sums.all) this.#addToStrategy(ofStrategy);
    this.#statements.mark.run(lastOrderId, chain ?? null);
  }

  #add(order: RecordedOrder, sums: GroupSums): void {
    sums.add(order);
    if (!isUsual(order)) {
      this.#insertRows();
      this.#insertAny(order);
      return;
    }
    this.#rows.push(this.#usualRow(order));
    if (this.#rows.length === ROWS_AT_ONCE) this.#insertRows();
  }

  #insertRows(): void {
    const { insertUsualOrder, insertUsualOrders } = this.#statements;
    if (this.#rows.length === ROWS_AT_ONCE) insertUsualOrders.run(...this.#rows.flat());
    else for (const row of this.#rows) insertUsualOrder.run(...row);
    this.#rows = [];
  }

  #usualRow(order: RecordedOrder): Values {
    return [
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
    ];
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

type Values = (string | number | null)[];

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

/** What a group adds to its strategies. */
class GroupSums {
  readonly #byStrategy = new Map<string, StrategySums>();
  /** Of the last order: those of a strategy often come together. */
  #last: StrategySums | undefined;

  get all(): Iterable<StrategySums> {
    return this.#byStrategy.values();
  }

  add({ strategy, clOrdId, status, fee }: RecordedOrder): void {
    const sums = this.#last?.strategy === strategy ? this.#last : this.#of(strategy);
    if (status === 'FILLED') sums.filled++;
    else sums.rejected++;
    sums.fees += fee;
    sums.lastClOrdId = clOrdId ?? sums.lastClOrdId;
    this.#last = sums;
  }

  #of(strategy: string): StrategySums {
    let sums = this.#byStrategy.get(strategy);
    if (sums === undefined) {
      sums = newSums(strategy);
      this.#byStrategy.set(strategy, sums);
    }
    return sums;
  }
}

/** Filled at its own price, without a fee, and sent without a note. */
function isUsual({ status, limit, fee, note }: RecordedOrder): boolean {
  return status === 'FILLED' && limit === undefined && fee === 0 && note === undefined;
}

/** Each value that is bound costs a hundredth of the time of an order. */
function insertUsual(rows: number): string {
  const row = "(?, ?, ?, ?, ?, ?, ?, 'FILLED', NULL, ?, ?, ?, NULL, 0, NULL)";
  return `INSERT OR ROLLBACK INTO orders VALUES ${Array(rows).fill(row).join()}`; // without a journal of the statement
}

function prepareWrites(database: DatabaseSync) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    insertOrder: database.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    insertUsualOrder: database.prepare(insertUsual(1)),
    insertUsualOrders: database.prepare(insertUsual(ROWS_AT_ONCE)),
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
