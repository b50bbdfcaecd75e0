// Reads an order record in SQLite, also while an OrderManager writes it.

import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { ExecutionReport } from '../../domain/orders.ts';
import { FLAT_POSITION, type StrategyPosition } from '../../domain/positions.ts';
import { RecordReadError } from '../errors.ts';
import type { ProjectionMark } from '../journal/journal-tail.ts';
import {
  type OrderReader,
  type OrdersQuery,
  type OrderTotals,
  type PositionsPlace,
  sumOfTotals,
} from '../order-store.ts';
import { orderToReport, type RecordedOrder } from '../recorded-order.ts';
import { BackupError, NotARecordError, RecordOpenError, RecordReadOnlyError } from './errors.ts';
import { isRecordLocked } from './record-lock.ts';
import { rowToOrder, rowToPosition } from './rows.ts';
import { checkSchema } from './schema.ts';

/** How long to wait for another program, such as `sqlite3`, that has locked the database. */
export const BUSY_WAIT_MS = 1_000;

const ORDERS_PER_PAGE = 1_000;
const OWNER_ONLY = 0o600;

/** SQLite would wait for the other end of a pipe. @throws RecordOpenError, NotARecordError */
export function requireFile(file: string): void {
  let stat: Stats | undefined;
  try {
    stat = statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    throw new RecordOpenError(file, error);
  }
  if (stat === undefined) throw new RecordOpenError(file, new Error('there is no such file'));
  if (!stat.isFile()) throw new NotARecordError(file, 'something that is not a file');
}

export class SqliteOrderReader implements OrderReader {
  readonly file: string;
  /** Bytes of a write-ahead log that could not be read, because the record's folder is read-only: orders may be in it. */
  unreadLogBytes = 0;
  protected readonly database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareLookups>;

  constructor(file: string, database: DatabaseSync) {
    this.file = file;
    this.database = database;
    this.#statements = prepareLookups(database);
  }

  /**
   * Opens a record, also one in a folder that this process cannot write to.
   * @throws RecordOpenError, NotARecordError, RecordVersionError
   */
  static openReadOnly(file: string): SqliteOrderReader {
    requireFile(file);
    const open = (database: DatabaseSync) => {
      checkSchema(database, file);
      return new SqliteOrderReader(file, database);
    };
    try {
      return openDatabase(file, { readOnly: true }, open);
    } catch (thrown) {
      const isRefused = thrown instanceof RecordOpenError || thrown instanceof RecordReadOnlyError;
      // SQLite wants to create its `-shm` beside the record. Without a writer it can do without.
      if (!isRefused || canWriteTo(dirname(file)) || isRecordLocked(file)) throw thrown;
      const reader = openDatabase(file, { readOnly: true, isImmutable: true }, open);
      reader.unreadLogBytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
      return reader;
    }
  }

  /**
   * Copies the record as it is at one moment, also while an OrderManager writes it. The copy is on disk when this returns,
   * and only its owner can read it.
   * @param complete adds to the copy what only the journal has
   * @throws BackupError, also if the file exists
   */
  backup(copy: string, complete: (database: DatabaseSync) => void): void {
    const partial = `${copy}.${process.pid}.partial`;
    try {
      if (existsSync(copy)) throw new Error('the file exists, and a backup overwrites none');
      rmSync(partial, { force: true });
      this.database.prepare('VACUUM INTO ?').run(partial);
      chmodSync(partial, OWNER_ONLY);
      openDatabase(partial, { readOnly: false }, (database) => {
        complete(database);
        database.close();
      });
      syncFile(partial);
      linkSync(partial, copy); // fails if another program has made the file meanwhile
      syncFile(dirname(copy));
    } catch (cause) {
      throw new BackupError(this.file, copy, cause);
    } finally {
      rmSync(partial, { force: true });
    }
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

  hasTraded(strategy: string, symbol: string): boolean {
    return this.#read(() => this.#statements.position.get(strategy, symbol)) !== undefined;
  }

  symbolsTraded(strategy: string): number {
    return Number(this.#read(() => this.#statements.symbolsTraded.get(strategy))?.symbols);
  }

  positionsOf(strategy: string): StrategyPosition[] {
    return this.#read(() => this.#statements.positionsOf.all(strategy)).map(rowToPosition);
  }

  positions(): StrategyPosition[] {
    return this.#read(() => this.#statements.positions.all()).map(rowToPosition);
  }

  positionsAfter({ only, after }: PositionsPlace, limit: number): StrategyPosition[] {
    const statement =
      only === undefined ? this.#statements.positionsAfter : this.#statements.positionsOfAfter;
    const { strategy = '', symbol = '' } = after ?? {}; // no name is empty
    return this.#read(() => statement.all(only ?? strategy, symbol, limit)).map(rowToPosition);
  }

  /** The names of all strategies that ever ordered, sorted. */
  strategies(): string[] {
    return this.#read(() => this.#statements.strategies.all()).map(({ strategy }) => String(strategy));
  }

  /** Reads in pages, so that a long listing does not keep SQLite from truncating its write-ahead log. */
  *orders(query: OrdersQuery = {}): Generator<RecordedOrder> {
    const { limit = Number.POSITIVE_INFINITY, newestFirst = false, strategy = null, symbol = null } = query;
    const statement = newestFirst ? this.#statements.ordersBack : this.#statements.orders;
    let from = query.from ?? (newestFirst ? Number.MAX_SAFE_INTEGER : 1);
    let left = limit;
    while (left > 0) {
      const pageSize = Math.min(left, ORDERS_PER_PAGE);
      const page = this.#read(() => statement.all(from, strategy, symbol, pageSize)).map(rowToOrder);
      yield* page;
      if (page.length < pageSize) return;
      from = page[page.length - 1].orderId + (newestFirst ? -1 : 1);
      left -= page.length;
    }
  }

  totals(): OrderTotals {
    return sumOfTotals(this.totalsByStrategy().values());
  }

  /** From sums that the record keeps, so that it costs the same however many orders there are. */
  totalsByStrategy(): Map<string, OrderTotals> {
    const rows = this.#read(() => this.#statements.sums.all());
    return new Map(
      rows.map((row) => {
        const [filled, rejected] = [Number(row.filled), Number(row.rejected)];
        const fees = Number(row.fees ?? 0); // older records have none
        return [String(row.strategy), { orders: filled + rejected, filled, rejected, fees }];
      }),
    );
  }

  /** The file itself, where `file` may be a symbolic link to it. */
  get resolvedFile(): string {
    return realpathSync(this.file);
  }

  /** Up to where the record has the orders of its journal; undefined for one of an older version. */
  mark(): ProjectionMark | undefined {
    const row = this.#read(() => this.#statements.mark?.get());
    if (row === undefined) return undefined;
    const chain = row.chain === null ? undefined : Number(row.chain);
    return { recordId: String(row.record_id), orderId: Number(row.order_id), chain };
  }

  /** Numbers of the client order ids `<session>-<number>` that the strategy used; undefined if there are more than `max`. */
  clOrdNumbers(strategy: string, session: string, max: number): number[] | undefined {
    const [from, to] = [`${session}-`, `${session}.`]; // a dot follows the hyphen in ASCII
    const rows = this.#read(() => this.#statements.clOrdIds.all(strategy, from, to, max + 1));
    return rows.length > max
      ? undefined
      : rows.map((row) => Number(String(row.cl_ord_id).slice(from.length)));
  }

  /** Runs lookups that see the record as it is at one moment. */
  atOneMoment<T>(lookups: () => T): T {
    this.#read(() => this.database.exec('BEGIN'));
    try {
      return lookups();
    } finally {
      this.database.exec('COMMIT');
    }
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

/** The orders of a strategy and in a symbol, of which each may be null: any. */
const CHOSEN = '(?2 IS NULL OR strategy = ?2) AND (?3 IS NULL OR symbol = ?3)';

function prepareLookups(database: DatabaseSync) {
  const hasMark = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'journal'").get() !== undefined;
  return {
    mark: hasMark ? database.prepare('SELECT * FROM journal') : undefined,
    clOrdIds: database.prepare(
      'SELECT cl_ord_id FROM orders WHERE strategy = ? AND cl_ord_id >= ? AND cl_ord_id < ? LIMIT ?',
    ),
    find: database.prepare('SELECT * FROM orders WHERE strategy = ? AND cl_ord_id = ?'),
    lastClOrdId: database.prepare('SELECT last_cl_ord_id FROM strategies WHERE strategy = ?'),
    position: database.prepare('SELECT * FROM positions WHERE strategy = ? AND symbol = ?'),
    symbolsTraded: database.prepare('SELECT count(*) AS symbols FROM positions WHERE strategy = ?'),
    positionsOf: database.prepare('SELECT * FROM positions WHERE strategy = ? ORDER BY symbol'),
    positions: database.prepare('SELECT * FROM positions ORDER BY strategy, symbol'),
    positionsOfAfter: database.prepare(
      'SELECT * FROM positions WHERE strategy = ? AND symbol > ? ORDER BY symbol LIMIT ?',
    ),
    positionsAfter: database.prepare(
      'SELECT * FROM positions WHERE (strategy, symbol) > (?, ?) ORDER BY strategy, symbol LIMIT ?',
    ),
    orders: database.prepare(
      `SELECT * FROM orders WHERE order_id >= ?1 AND ${CHOSEN} ORDER BY order_id LIMIT ?4`,
    ),
    ordersBack: database.prepare(
      `SELECT * FROM orders WHERE order_id <= ?1 AND ${CHOSEN} ORDER BY order_id DESC LIMIT ?4`,
    ),
    strategies: database.prepare('SELECT strategy FROM strategies ORDER BY strategy'),
    sums: database.prepare('SELECT * FROM strategies'),
  };
}

/** Opens the database and passes it to `use`. If that fails, closes it and throws an error of this folder. */
export function openDatabase<T>(
  file: string,
  options: { readOnly: boolean; isImmutable?: boolean },
  use: (database: DatabaseSync) => T,
): T {
  let database: DatabaseSync | undefined;
  try {
    const { readOnly, isImmutable = false } = options;
    database = new DatabaseSync(isImmutable ? immutableUrl(file) : file, { readOnly, timeout: BUSY_WAIT_MS });
    return use(database);
  } catch (thrown) {
    database?.close();
    throw toOpenError(thrown, file);
  }
}

/** SQLite neither locks nor watches the file, and ignores its write-ahead log. */
function immutableUrl(file: string): URL {
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return url;
}

function canWriteTo(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function syncFile(file: string): void {
  const fd = openSync(file, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
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
