// Reads an order record in SQLite, also while an OrderManager writes it.

import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { ExecutionReport } from '../../domain/orders.ts';
import { FLAT_POSITION, type StrategyPosition } from '../../domain/positions.ts';
import { RecordReadError } from '../errors.ts';
import type { OrderReader, OrdersQuery, OrderTotals } from '../order-store.ts';
import { orderToReport, type RecordedOrder } from '../recorded-order.ts';
import { NotARecordError, RecordOpenError, RecordReadOnlyError } from './errors.ts';
import { rowToOrder, rowToPosition } from './rows.ts';
import { checkSchema } from './schema.ts';

/** How long to wait for another program, such as `sqlite3`, that has locked the database. */
export const BUSY_WAIT_MS = 1_000;

const ORDERS_PER_PAGE = 1_000;

export class SqliteOrderReader implements OrderReader {
  readonly file: string;
  protected readonly database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareLookups>;

  protected constructor(file: string, database: DatabaseSync) {
    this.file = file;
    this.database = database;
    this.#statements = prepareLookups(database);
  }

  /** @throws RecordOpenError, NotARecordError, RecordVersionError */
  static openReadOnly(file: string): SqliteOrderReader {
    if (!existsSync(file)) throw new RecordOpenError(file, new Error('there is no such file'));
    return openDatabase(file, { readOnly: true }, (database) => {
      checkSchema(database, file);
      return new SqliteOrderReader(file, database);
    });
  }

  find(strategy: string, clOrdId: string): ExecutionReport | undefined {
    const row = this.#read(() => this.#statements.find.get(strategy, clOrdId));
    return row && orderToReport(rowToOrder(row));
  }

  lastClOrdId(strategy: string): string | undefined {
    const row = this.#read(() => this.#statements.lastClOrdId.get(strategy));
    return (row?.last_cl_ord_id as string | null | undefined) ?? undefined;
  }

  position(strategy: string, symbol: string): StrategyPosition {
    const row = this.#read(() => this.#statements.position.get(strategy, symbol));
    return row ? rowToPosition(row) : { strategy, symbol, ...FLAT_POSITION };
  }

  positionsOf(strategy: string): StrategyPosition[] {
    return this.#read(() => this.#statements.positionsOf.all(strategy)).map(rowToPosition);
  }

  positions(): StrategyPosition[] {
    return this.#read(() => this.#statements.positions.all()).map(rowToPosition);
  }

  /** The names of all strategies that ever ordered, sorted. */
  strategies(): string[] {
    return this.#read(() => this.#statements.strategies.all()).map(({ strategy }) => String(strategy));
  }

  /** Reads in pages, so that a long listing does not keep SQLite from truncating its write-ahead log. */
  *orders(query: OrdersQuery = {}): Generator<RecordedOrder> {
    const { limit = Number.POSITIVE_INFINITY, newestFirst = false } = query;
    const statement = newestFirst ? this.#statements.ordersBack : this.#statements.orders;
    let from = query.from ?? (newestFirst ? Number.MAX_SAFE_INTEGER : 1);
    let left = limit;
    while (left > 0) {
      const pageSize = Math.min(left, ORDERS_PER_PAGE);
      const page = this.#read(() => statement.all(from, pageSize)).map(rowToOrder);
      yield* page;
      if (page.length < pageSize) return;
      from = page[page.length - 1].orderId + (newestFirst ? -1 : 1);
      left -= page.length;
    }
  }

  /** Sums over strategies, so that it costs the same however many orders there are. */
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
    strategies: database.prepare('SELECT strategy FROM strategies ORDER BY strategy'),
    totals: database.prepare(
      'SELECT coalesce(sum(filled), 0) AS filled, coalesce(sum(rejected), 0) AS rejected FROM strategies',
    ),
  };
}

/** Opens the database and passes it to `use`. If that fails, closes it and throws an error of this folder. */
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
    throw toOpenError(thrown, file);
  }
}

const SQLITE_READONLY = 8;
const SQLITE_NOTADB = 26;

function toOpenError(thrown: unknown, file: string): unknown {
  if (!(thrown instanceof Error)) return thrown;
  if ('syscall' in thrown) return new RecordOpenError(file, thrown);
  if (!('errcode' in thrown)) return thrown;
  // The low byte of an extended result code is the primary one.
  const code = Number(thrown.errcode) & 0xff;
  if (code === SQLITE_NOTADB) return new NotARecordError(file, 'no SQLite database', { cause: thrown });
  if (code === SQLITE_READONLY) return new RecordReadOnlyError(file, thrown);
  return new RecordOpenError(file, thrown);
}
