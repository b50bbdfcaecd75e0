// Looks things up in an order record, also while an OrderManager writes it.

import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { ExecutionReport } from '../../domain/orders.ts';
import { FLAT_POSITION, type StrategyPosition } from '../../domain/positions.ts';
import { RecordReadError } from '../errors.ts';
import { orderToReport, type RecordedOrder } from '../recorded-order.ts';
import { NotARecordError, RecordOpenError, RecordReadOnlyError } from './errors.ts';
import { rowToOrder, rowToPosition } from './rows.ts';
import { checkSchema } from './schema.ts';

/** Which orders to list, and in which order. */
export interface OrdersQuery {
  /** At most so many; all when left out. */
  limit?: number;
  /** The order id to begin with. */
  from?: number;
  /** True: the newest first, going back. */
  newestFirst?: boolean;
}

/** How many orders the record holds. */
export interface OrderTotals {
  orders: number;
  filled: number;
  rejected: number;
}

/** How long to wait, in ms, while another program (a person with `sqlite3`, say) holds the database. */
export const BUSY_WAIT_MS = 1_000;

/** Orders listed by one query, so that a long listing never keeps the writer's log from being cleared. */
const ORDERS_A_PAGE = 1_000;

/** An order record, to be read. Every lookup may throw `RecordReadError`. */
export class SqliteOrderReader {
  readonly file: string;
  protected readonly database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareLookups>;

  protected constructor(file: string, database: DatabaseSync) {
    this.file = file;
    this.database = database;
    this.#statements = prepareLookups(database);
  }

  /**
   * Opens the record for reading only.
   * @throws RecordOpenError, NotARecordError, RecordVersionError
   */
  static openReadOnly(file: string): SqliteOrderReader {
    if (!existsSync(file)) throw new RecordOpenError(file, new Error('there is no such file'));
    return openDatabase(file, { readOnly: true }, (database) => {
      checkSchema(database, file);
      return new SqliteOrderReader(file, database);
    });
  }

  /** The report that the order of this strategy and client order id was answered with. */
  find(strategy: string, clOrdId: string): ExecutionReport | undefined {
    const row = this.#read(() => this.#statements.find.get(strategy, clOrdId));
    return row && orderToReport(rowToOrder(row));
  }

  /** The client order id of the strategy's last order that had one. */
  lastClOrdId(strategy: string): string | undefined {
    const row = this.#read(() => this.#statements.lastClOrdId.get(strategy));
    return (row?.last_cl_ord_id as string | null | undefined) ?? undefined;
  }

  /** What the strategy holds of the symbol; flat when it never traded it. */
  position(strategy: string, symbol: string): StrategyPosition {
    const row = this.#read(() => this.#statements.position.get(strategy, symbol));
    return row ? rowToPosition(row) : { strategy, symbol, ...FLAT_POSITION };
  }

  /** The positions of one strategy, also the flat ones, by symbol. */
  positionsOf(strategy: string): StrategyPosition[] {
    return this.#read(() => this.#statements.positionsOf.all(strategy)).map(rowToPosition);
  }

  /** The positions of all strategies, also the flat ones, by strategy and symbol. */
  positions(): StrategyPosition[] {
    return this.#read(() => this.#statements.positions.all()).map(rowToPosition);
  }

  /** Orders one after the other, read in pages: what is recorded meanwhile may be among them. */
  *orders(query: OrdersQuery = {}): Generator<RecordedOrder> {
    const { limit = Number.POSITIVE_INFINITY, newestFirst = false } = query;
    const statement = newestFirst ? this.#statements.ordersBack : this.#statements.orders;
    let from = query.from ?? (newestFirst ? Number.MAX_SAFE_INTEGER : 1);
    let left = limit;
    while (left > 0) {
      const pageSize = Math.min(left, ORDERS_A_PAGE);
      const page = this.#read(() => statement.all(from, pageSize)).map(rowToOrder);
      yield* page;
      if (page.length < pageSize) return;
      from = page[page.length - 1].orderId + (newestFirst ? -1 : 1);
      left -= page.length;
    }
  }

  /** Counts that cost the same whatever the number of orders. */
  totals(): OrderTotals {
    const row = this.#read(() => this.#statements.totals.get());
    const filled = Number(row?.filled);
    const rejected = Number(row?.rejected);
    return { orders: filled + rejected, filled, rejected };
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }

  #read<T>(lookup: () => T): T {
    try {
      return lookup();
    } catch (cause) {
      throw new RecordReadError(this.file, cause);
    }
  }
}

function prepareLookups(database: DatabaseSync) {
  return {
    find: database.prepare('SELECT * FROM orders WHERE strategy = ? AND cl_ord_id = ?'),
    lastClOrdId: database.prepare('SELECT last_cl_ord_id FROM strategies WHERE strategy = ?'),
    position: database.prepare('SELECT * FROM positions WHERE strategy = ? AND symbol = ?'),
    positionsOf: database.prepare('SELECT * FROM positions WHERE strategy = ? ORDER BY symbol'),
    positions: database.prepare('SELECT * FROM positions ORDER BY strategy, symbol'),
    orders: database.prepare('SELECT * FROM orders WHERE order_id >= ? ORDER BY order_id LIMIT ?'),
    ordersBack: database.prepare('SELECT * FROM orders WHERE order_id <= ? ORDER BY order_id DESC LIMIT ?'),
    totals: database.prepare(
      'SELECT coalesce(sum(filled), 0) AS filled, coalesce(sum(rejected), 0) AS rejected FROM strategies',
    ),
  };
}

/** Opens the database and hands it to `use`; closes it again, with an error of ours, if that fails. */
export function openDatabase<T>(
  file: string,
  options: { readOnly: boolean },
  use: (database: DatabaseSync) => T,
): T {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { ...options, timeout: BUSY_WAIT_MS });
    return use(database);
  } catch (thrown) {
    database?.close();
    throw openErrorOf(thrown, file);
  }
}

const SQLITE_READONLY = 8;
const SQLITE_NOTADB = 26;

function openErrorOf(thrown: unknown, file: string): unknown {
  if (!(thrown instanceof Error && 'errcode' in thrown)) return thrown;
  // The low byte is the primary code, the rest says more.
  const code = Number(thrown.errcode) & 0xff;
  if (code === SQLITE_NOTADB) return new NotARecordError(file, 'no SQLite database', { cause: thrown });
  if (code === SQLITE_READONLY) return new RecordReadOnlyError(file, thrown);
  return new RecordOpenError(file, thrown);
}
