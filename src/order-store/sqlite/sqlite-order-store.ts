// The order record in SQLite: a group of orders is one transaction, on disk before its reports leave.

import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ExecutionReport } from '../../domain/orders.ts';
import type { StrategyPosition } from '../../domain/positions.ts';
import { RecordReadError, RecordWriteError } from '../errors.ts';
import { assertIdsContinue, type OrderStore } from '../order-store.ts';
import { type RecordedOrder, strategyKey } from '../recorded-order.ts';
import { type RecordLostError, RecordOpenError } from './errors.ts';
import { RecordFiles } from './record-files.ts';
import { lockRecord, type RecordLock } from './record-lock.ts';
import { checkSchema, createTables, isEmpty, migrate } from './schema.ts';
import { BUSY_WAIT_MS, openDatabase, SqliteOrderReader } from './sqlite-order-reader.ts';

export interface RecordOptions {
  /**
   * True: orders are on disk when `recordAll` returns, and survive a power cut. False: the kernel has them,
   * so they survive a crash of the process only.
   */
  readonly fsync: boolean;
}

const PAGE_CACHE_KIB = 32 * 1024;
/** SQLite truncates its write-ahead log to this size. */
const LOG_BYTES_KEPT = 64 * 1024 * 1024;
/** When more positions have been cached, the cache starts again empty. */
const POSITIONS_CACHED_MAX = 100_000;

/** One process at a time may open a record for writing. */
export class SqliteOrderStore extends SqliteOrderReader implements OrderStore {
  readonly #lock: RecordLock;
  readonly #files: RecordFiles;
  readonly #statements: ReturnType<typeof prepareWrites>;
  #lastOrderId: number;
  #busyWaitMs = BUSY_WAIT_MS;
  #lost: RecordLostError | undefined;
  /** Recent positions. When orders are rare, looking one up in SQLite costs more than recording it. */
  readonly #cachedPositions = new Map<string, StrategyPosition>();
  readonly #symbolsTraded = new Map<string, number>();

  private constructor(file: string, database: DatabaseSync, lock: RecordLock) {
    super(file, database);
    this.#lock = lock;
    this.#statements = prepareWrites(database);
    this.#lastOrderId = Number(database.prepare('SELECT max(order_id) AS last FROM orders').get()?.last ?? 0);
    this.#files = new RecordFiles(file);
  }

  /**
   * Opens the record for writing and locks it. Creates a missing one, with mode 0600. The cost does not
   * depend on the number of orders.
   * @throws RecordInUseError when another process has locked it
   * @throws RecordOpenError, NotARecordError, RecordVersionError, RecordReadOnlyError
   */
  static open(file: string, options: RecordOptions): SqliteOrderStore {
    // A file has one lock, even if it is opened through a symbolic link.
    const path = existsSync(file) ? realpathSync(file) : resolve(file);
    const lock = lockRecord(path);
    try {
      return openDatabase(path, { readOnly: false }, (database) => {
        prepareDatabase(database, path, options);
        return new SqliteOrderStore(path, database, lock);
      });
    } catch (thrown) {
      lock.release();
      throw thrown;
    }
  }

  get lastOrderId(): number {
    return this.#lastOrderId;
  }

  /**
   * Compares the files that are open with those that have their names. Returns why the record can no longer be used, once
   * another program has removed, moved, replaced or cut one: nothing is recorded after that.
   */
  checkFiles(): RecordLostError | undefined {
    if (this.database.isOpen) this.#lost = this.#files.check();
    return this.#lost;
  }

  /** The report of a lost record could not be found again. */
  override find(strategy: string, clOrdId: string): ExecutionReport | undefined {
    if (this.#lost) throw new RecordReadError(this.file, this.#lost);
    return super.find(strategy, clOrdId);
  }

  override position(strategy: string, symbol: string): StrategyPosition {
    return this.#cachedPositions.get(strategyKey(strategy, symbol)) ?? super.position(strategy, symbol);
  }

  override hasTraded(strategy: string, symbol: string): boolean {
    return this.#cachedPositions.has(strategyKey(strategy, symbol)) || super.hasTraded(strategy, symbol);
  }

  /** Counts again after a commit only. */
  override symbolsTraded(strategy: string): number {
    const known = this.#symbolsTraded.get(strategy);
    if (known !== undefined) return known;
    const symbols = super.symbolsTraded(strategy);
    this.#symbolsTraded.set(strategy, symbols);
    return symbols;
  }

  recordAll(orders: readonly RecordedOrder[], changed: readonly StrategyPosition[]): void {
    if (orders.length === 0) return;
    assertIdsContinue(this.#lastOrderId, orders);
    try {
      this.#statements.begin.run();
      for (const order of orders) this.#insert(order);
      for (const position of changed) this.#updatePosition(position);
      for (const sums of sumsByStrategy(orders)) this.#addToStrategy(sums);
      this.#requireFiles();
      this.#statements.commit.run();
      this.#requireFiles(); // again: a report of an order in a lost record must not leave
    } catch (cause) {
      // After some errors, such as a full disk, SQLite has already rolled back.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      this.#setBusyWait(0);
      throw new RecordWriteError(this.file, cause);
    }
    this.#setBusyWait(BUSY_WAIT_MS);
    this.#lastOrderId = orders[orders.length - 1].orderId;
    this.#cache(changed);
  }

  /** Closes the record and unlocks it. */
  override close(): void {
    if (!this.database.isOpen) return;
    if (this.checkFiles()) this.#files.preventCheckpoint();
    super.close();
    this.#files.close();
    this.#lock.release();
  }

  /** @throws RecordLostError */
  #requireFiles(): void {
    const lost = this.checkFiles();
    if (lost) throw lost;
  }

  /**
   * SQLite blocks this process while it waits for another program's lock. After a failed write it must not
   * wait again until a write succeeds.
   */
  #setBusyWait(ms: number): void {
    if (ms === this.#busyWaitMs) return;
    this.database.exec(`PRAGMA busy_timeout = ${ms}`);
    this.#busyWaitMs = ms;
  }

  /** Call it after the commit only: an order that was not recorded never happened. */
  #cache(changed: readonly StrategyPosition[]): void {
    this.#symbolsTraded.clear();
    if (this.#cachedPositions.size + changed.length > POSITIONS_CACHED_MAX) this.#cachedPositions.clear();
    for (const position of changed)
      this.#cachedPositions.set(strategyKey(position.strategy, position.symbol), position);
  }

  #insert(order: RecordedOrder): void {
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
      order.time,
      order.position,
      order.marketTime ?? null,
      order.limit ?? null,
      order.fee,
      order.note ?? null,
    );
  }

  #updatePosition(position: StrategyPosition): void {
    const { strategy, symbol, quantity, averagePrice, realisedPnl } = position;
    this.#statements.updatePosition.run(strategy, symbol, quantity, averagePrice, realisedPnl);
  }

  #addToStrategy({ strategy, lastClOrdId, filled, rejected, fees }: StrategySums): void {
    this.#statements.addToStrategy.run(strategy, lastClOrdId ?? null, filled, rejected, fees);
  }
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
  for (const { strategy, clOrdId, status, fee } of orders) {
    const sums = byStrategy.get(strategy) ?? newSums(strategy);
    byStrategy.set(strategy, sums);
    if (status === 'FILLED') sums.filled++;
    else sums.rejected++;
    sums.fees += fee;
    sums.lastClOrdId = clOrdId ?? sums.lastClOrdId;
  }
  return byStrategy.values();
}

function prepareDatabase(database: DatabaseSync, file: string, { fsync }: RecordOptions): void {
  if (!isEmpty(database)) checkSchema(database, file);
  // WAL, so that readers do not block the writer. SQLite returns the mode that it could set.
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
  if (mode !== 'wal')
    throw new RecordOpenError(file, new Error('its file system has no shared memory for SQLite'));
  database.exec(`
    PRAGMA synchronous = ${fsync ? 'FULL' : 'OFF'};
    PRAGMA cache_size = -${PAGE_CACHE_KIB};
    PRAGMA journal_size_limit = ${LOG_BYTES_KEPT};
  `);
  if (isEmpty(database)) createTables(database);
  else migrate(database);
}

function prepareWrites(database: DatabaseSync) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    insertOrder: database.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    updatePosition: database.prepare('INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?)'),
    addToStrategy: database.prepare(`
      INSERT INTO strategies VALUES (?, ?, ?, ?, ?) ON CONFLICT (strategy) DO UPDATE SET
        last_cl_ord_id = coalesce(excluded.last_cl_ord_id, last_cl_ord_id),
        filled = filled + excluded.filled,
        rejected = rejected + excluded.rejected,
        fees = fees + excluded.fees`),
  };
}
