// The order record in SQLite: a group of orders is one transaction, on disk before its reports leave.

import { closeSync, constants, existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { StrategyPosition } from '../../domain/positions.ts';
import { codeOf } from '../../platform/errors.ts';
import { openPrivate } from '../../platform/private-file.ts';
import { RecordWriteError } from '../errors.ts';
import { assertIdsContinue, type OrderStore } from '../order-store.ts';
import { type RecordedOrder, strategyKey } from '../recorded-order.ts';
import { RecordOpenError, RecordReadOnlyError } from './errors.ts';
import { lockRecord } from './record-lock.ts';
import { checkSchema, createTables, isEmpty } from './schema.ts';
import { BUSY_WAIT_MS, openDatabase, SqliteOrderReader } from './sqlite-order-reader.ts';

export interface RecordOptions {
  /**
   * True: an order is on the disk itself before `recordAll` returns, and survives a power cut. False: it is with
   * the kernel, and survives the death of the process only.
   */
  fsync: boolean;
}

/** Room for recently used pages in KiB, and what the write-ahead log is cut back to in bytes. */
const PAGE_CACHE_KIB = 32 * 1024;
const LOG_BYTES_KEPT = 64 * 1024 * 1024;
/** Positions kept in memory; when there are more, all are looked up again. */
const POSITIONS_KEPT_MAX = 100_000;

/** The record of an OrderManager, to be written by one process at a time. */
export class SqliteOrderStore extends SqliteOrderReader implements OrderStore {
  readonly #hold: number;
  readonly #statements: ReturnType<typeof prepareWrites>;
  #lastOrderId: number;
  #busyWaitMs = BUSY_WAIT_MS;
  /** Those that were recorded last: looking one up takes longer than recording it, where orders are rare. */
  readonly #positions = new Map<string, StrategyPosition>();

  private constructor(file: string, database: DatabaseSync, hold: number) {
    super(file, database);
    this.#hold = hold;
    this.#statements = prepareWrites(database);
    this.#lastOrderId = Number(database.prepare('SELECT max(order_id) AS last FROM orders').get()?.last ?? 0);
  }

  /**
   * Opens the record for writing and holds it; a new one is made with mode 0600. What it costs does not depend
   * on the number of orders.
   * @throws RecordInUseError when another process holds it
   * @throws RecordOpenError, NotARecordError, RecordVersionError, RecordReadOnlyError
   */
  static open(file: string, options: RecordOptions): SqliteOrderStore {
    // One lock for one file, by whatever link it is reached.
    const path = existsSync(file) ? realpathSync(file) : resolve(file);
    const hold = lockRecord(path);
    try {
      createPrivate(path);
      return openDatabase(path, { readOnly: false }, (database) => {
        prepareDatabase(database, path, options);
        return new SqliteOrderStore(path, database, hold);
      });
    } catch (thrown) {
      closeSync(hold);
      throw thrown;
    }
  }

  get lastOrderId(): number {
    return this.#lastOrderId;
  }

  override position(strategy: string, symbol: string): StrategyPosition {
    return this.#positions.get(strategyKey(strategy, symbol)) ?? super.position(strategy, symbol);
  }

  recordAll(orders: readonly RecordedOrder[], changed: readonly StrategyPosition[]): void {
    if (orders.length === 0) return;
    assertIdsContinue(this.#lastOrderId, orders);
    try {
      this.#statements.begin.run();
      for (const order of orders) this.#insert(order);
      for (const position of changed) this.#updatePosition(position);
      for (const sums of sumsByStrategy(orders)) this.#addToStrategy(sums);
      this.#statements.commit.run();
    } catch (cause) {
      // SQLite has already rolled back after some errors, a full disk among them.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      this.#waitWhileBusy(0);
      throw new RecordWriteError(this.file, cause);
    }
    this.#waitWhileBusy(BUSY_WAIT_MS);
    this.#lastOrderId = orders[orders.length - 1].orderId;
    this.#keep(changed);
  }

  /** Closes the record and lets another process have it. */
  override close(): void {
    if (!this.database.isOpen) return;
    super.close();
    closeSync(this.#hold);
  }

  /** This process stands still while it waits: once that was in vain, it does not until the record takes orders again. */
  #waitWhileBusy(ms: number): void {
    if (ms === this.#busyWaitMs) return;
    this.database.exec(`PRAGMA busy_timeout = ${ms}`);
    this.#busyWaitMs = ms;
  }

  /** Only after the commit: what was not recorded never happened. */
  #keep(changed: readonly StrategyPosition[]): void {
    if (this.#positions.size + changed.length > POSITIONS_KEPT_MAX) this.#positions.clear();
    for (const position of changed)
      this.#positions.set(strategyKey(position.strategy, position.symbol), position);
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
    );
  }

  #updatePosition(position: StrategyPosition): void {
    const { strategy, symbol, quantity, averagePrice, realisedPnl } = position;
    this.#statements.updatePosition.run(strategy, symbol, quantity, averagePrice, realisedPnl);
  }

  #addToStrategy({ strategy, lastClOrdId, filled, rejected }: StrategySums): void {
    this.#statements.addToStrategy.run(strategy, lastClOrdId ?? null, filled, rejected);
  }
}

interface StrategySums {
  strategy: string;
  lastClOrdId: string | undefined;
  filled: number;
  rejected: number;
}

function sumsByStrategy(orders: readonly RecordedOrder[]): Iterable<StrategySums> {
  const byStrategy = new Map<string, StrategySums>();
  for (const { strategy, clOrdId, status } of orders) {
    const sums = byStrategy.get(strategy) ?? { strategy, lastClOrdId: undefined, filled: 0, rejected: 0 };
    byStrategy.set(strategy, sums);
    if (status === 'FILLED') sums.filled++;
    else sums.rejected++;
    sums.lastClOrdId = clOrdId ?? sums.lastClOrdId;
  }
  return byStrategy.values();
}

/**
 * Makes the file, if there is none, for its owner alone; SQLite gives its log and index files the same mode. Opening
 * it for writing shows now, and not at the first order, where it may only be read: SQLite would say nothing.
 */
function createPrivate(file: string): void {
  try {
    closeSync(openPrivate(file, constants.O_WRONLY | constants.O_APPEND));
  } catch (cause) {
    const readOnly = ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(cause) ?? '');
    throw readOnly ? new RecordReadOnlyError(file, cause) : new RecordOpenError(file, cause);
  }
}

function prepareDatabase(database: DatabaseSync, file: string, { fsync }: RecordOptions): void {
  if (!isEmpty(database)) checkSchema(database, file);
  // Readers go on while the log is written. SQLite answers with the mode that it could have.
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
  if (mode !== 'wal')
    throw new RecordOpenError(file, new Error('its file system has no shared memory for SQLite'));
  database.exec(`
    PRAGMA synchronous = ${fsync ? 'FULL' : 'OFF'};
    PRAGMA cache_size = -${PAGE_CACHE_KIB};
    PRAGMA journal_size_limit = ${LOG_BYTES_KEPT};
  `);
  if (isEmpty(database)) createTables(database);
}

function prepareWrites(database: DatabaseSync) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    insertOrder: database.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    updatePosition: database.prepare('INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?)'),
    addToStrategy: database.prepare(`
      INSERT INTO strategies VALUES (?, ?, ?, ?) ON CONFLICT (strategy) DO UPDATE SET
        last_cl_ord_id = coalesce(excluded.last_cl_ord_id, last_cl_ord_id),
        filled = filled + excluded.filled,
        rejected = rejected + excluded.rejected`),
  };
}
