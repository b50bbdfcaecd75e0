// The order record in SQLite: a group of orders is one transaction, on disk before its reports leave.

import assert from 'node:assert/strict';
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ExecutionReport } from '../../domain/orders.ts';
import type { StrategyPosition } from '../../domain/positions.ts';
import { RecordReadError, RecordWriteError } from '../errors.ts';
import type { ProjectionMark } from '../journal/journal-tail.ts';
import { type JournaledOrder, positionsAfter } from '../journal/journaled-order.ts';
import { assertIdsContinue, type OrderStore } from '../order-store.ts';
import type { RecordedOrder } from '../recorded-order.ts';
import { StrategyMap } from '../strategy-map.ts';
import { tuneDatabase } from './database-tuning.ts';
import { type RecordLostError, RecordOpenError } from './errors.ts';
import { GroupWriter, latestOf } from './group-writer.ts';
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
  /** Whether a journal has the orders already: then they need not be on disk when `recordAll` returns, and it never waits. */
  readonly hasJournal?: boolean;
}

/** When more positions have been cached, the cache starts again empty. */
const POSITIONS_CACHED_MAX = 100_000;

/** One process at a time may open a record for writing. */
export class SqliteOrderStore extends SqliteOrderReader implements OrderStore {
  readonly #lock: RecordLock;
  readonly #files: RecordFiles;
  readonly #writer: GroupWriter;
  #lastOrderId: number;
  readonly #waitMs: number;
  #busyWaitMs = BUSY_WAIT_MS;
  #lost: RecordLostError | undefined;
  /** Recent positions. When orders are rare, looking one up in SQLite costs more than recording it. */
  readonly #cachedPositions = new StrategyMap<StrategyPosition>();
  readonly #symbolsTraded = new Map<string, number>();

  private constructor(file: string, database: DatabaseSync, lock: RecordLock, hasJournal: boolean) {
    super(file, database);
    this.#lock = lock;
    this.#waitMs = hasJournal ? 0 : BUSY_WAIT_MS;
    this.#writer = new GroupWriter(database);
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
        return new SqliteOrderStore(path, database, lock, options.hasJournal ?? false);
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
    return this.#cachedPositions.get(strategy, symbol) ?? super.position(strategy, symbol);
  }

  override hasTraded(strategy: string, symbol: string): boolean {
    return this.#cachedPositions.has(strategy, symbol) || super.hasTraded(strategy, symbol);
  }

  /** Counts again after a commit only. */
  override symbolsTraded(strategy: string): number {
    const known = this.#symbolsTraded.get(strategy);
    if (known !== undefined) return known;
    const symbols = super.symbolsTraded(strategy);
    this.#symbolsTraded.set(strategy, symbols);
    return symbols;
  }

  override mark(): ProjectionMark {
    const mark = super.mark();
    assert.ok(mark, 'a record that is open for writing has the present schema');
    return mark;
  }

  /** An empty record becomes that of a journal. */
  adopt(recordId: string): void {
    assert.equal(this.#lastOrderId, 0, 'only an empty record is filled from a journal');
    this.database.prepare('UPDATE journal SET record_id = ?').run(recordId);
  }

  /** @param chain the commit word of the last order in the journal; undefined without a journal */
  recordAll(orders: readonly RecordedOrder[], positions: readonly StrategyPosition[], chain?: number): void {
    if (orders.length === 0) return;
    assertIdsContinue(this.#lastOrderId, orders);
    const changed = latestOf(positions);
    try {
      this.#writer.begin(orders, changed, chain);
      this.#requireFiles();
      this.#writer.commit();
      this.#requireFiles(); // again: a report of an order in a lost record must not leave
    } catch (cause) {
      // After some errors, such as a full disk, SQLite has already rolled back.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      this.#setBusyWait(0);
      throw new RecordWriteError(this.file, cause);
    }
    this.#setBusyWait(this.#waitMs);
    this.#lastOrderId = orders[orders.length - 1].orderId;
    this.#cache(changed);
  }

  /** Records orders of its journal. @throws RecordWriteError */
  recordJournaled(group: readonly JournaledOrder[]): void {
    const orders = group.map(({ order }) => order);
    this.recordAll(orders, positionsAfter(group), group.at(-1)?.chain);
  }

  /** Another connection has recorded the orders up to this one. */
  noteRecorded(orderId: number): void {
    assert.ok(orderId >= this.#lastOrderId, 'no order is taken back');
    this.#lastOrderId = orderId;
    this.#symbolsTraded.clear();
    this.#cachedPositions.clear();
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
    for (const position of changed) this.#cachedPositions.set(position.strategy, position.symbol, position);
  }
}

function prepareDatabase(database: DatabaseSync, file: string, { fsync, hasJournal }: RecordOptions): void {
  if (!isEmpty(database)) checkSchema(database, file);
  // WAL, so that readers do not block the writer. SQLite returns the mode that it could set.
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
  if (mode !== 'wal')
    throw new RecordOpenError(file, new Error('its file system has no shared memory for SQLite'));
  tuneDatabase(database, fsync ? (hasJournal ? 'NORMAL' : 'FULL') : 'OFF');
  if (isEmpty(database)) createTables(database);
  else migrate(database);
}
