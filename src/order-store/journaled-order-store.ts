// The order record of an OrderManager: a journal, which every group is in before its reports leave, and a record in SQLite,
// which follows.
//
//    recordAll() ──▶ journal ──▶ the thread that copies ──▶ SQLite
//                      └──▶ unprojected orders, in memory, until noteCopied()
//
// What a group changes in memory is changed by takeIn(): when its reports have left, or at the next look-up.
//
// After a kill, openJournaledStore() reads what SQLite does not have yet from the journal.

import type { ExecutionReport } from '../domain/orders.ts';
import type { StrategyPosition } from '../domain/positions.ts';
import { counted } from '../platform/counted.ts';
import { CombinedOrders } from './combined-orders.ts';
import { RecordReadError, RecordWriteError } from './errors.ts';
import { GroupOrders } from './group-orders.ts';
import { ClOrdIdMarks } from './journal/cl-ord-id-marks.ts';
import type { JournalLostError } from './journal/errors.ts';
import type { JournalWriter } from './journal/journal-writer.ts';
import { KnownPositions } from './journal/known-positions.ts';
import { UnprojectedOrders } from './journal/unprojected-orders.ts';
import { assertIdsContinue, type OrderStore, type OrderTotals } from './order-store.ts';
import type { RecordedOrder } from './recorded-order.ts';
import type { RecordLostError } from './sqlite/errors.ts';
import type { SqliteOrderStore } from './sqlite/sqlite-order-store.ts';
import { StrategyMap } from './strategy-map.ts';

/** While SQLite cannot be written, this many orders are accepted: about 20 MB in memory, and once looked up 50 MB. */
export const UNPROJECTED_MAX = 100_000;
/** Orders per transaction: some ms. */
const PROJECTED_AT_ONCE = 500;
/** A comparison of the files by a rehearsal holds this long: its seven system calls cost more than the rest of an order. */
const CHECK_HOLDS_MS = 20;
/** They compare again after this long, so that an order never waits for it while they run. */
const CHECK_AGAIN_MS = CHECK_HOLDS_MS / 2;
const LOOKED_UP_MAX = 10_000;
/** With `UNPROJECTED_MAX` orders behind, the next group waits this long. */
const ROOM_WAIT_MS = 1_000;

/** The record can no longer be used. */
export type LostError = RecordLostError | JournalLostError;

/** Copies the journal to SQLite beside this thread. */
export interface Copier {
  /** The last order that SQLite has. */
  readonly copiedTo: number;
  /** Why nothing is copied now; undefined if all is well. */
  readonly failure: string | undefined;
  copyTo(orderId: number): void;
  /** Blocks until more than this is copied, or for this long. */
  waitFor(copiedTo: number, timeoutMs: number): void;
}

export class JournaledOrderStore extends CombinedOrders implements OrderStore {
  declare protected readonly record: SqliteOrderStore;
  readonly #journal: JournalWriter;
  readonly #marks: ClOrdIdMarks;
  readonly #known: KnownPositions;
  /** The last group, until takeIn(), and the positions that it changed. */
  #appended: readonly RecordedOrder[] = [];
  #changed: readonly StrategyPosition[] = [];
  #lastOrderId: number;
  #lost: LostError | undefined;
  /** performance.now() of the last comparison by a rehearsal that holds. */
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  /** Looked up in SQLite since the last group, and not found. */
  readonly #lookedUp = new StrategyMap<true>();
  /** Undefined: project() copies. */
  copier: Copier | undefined;

  /** @param record has all orders of the journal; see openJournaledStore() */
  constructor(record: SqliteOrderStore, journal: JournalWriter) {
    super(record, new UnprojectedOrders());
    this.#journal = journal;
    this.#lastOrderId = record.lastOrderId;
    this.#marks = new ClOrdIdMarks((...asked) => record.clOrdNumbers(...asked));
    this.#known = new KnownPositions({
      position: (...asked) => super.position(...asked),
      hasTraded: (...asked) => super.hasTraded(...asked),
      symbolsTraded: (strategy) => this.#atOneMoment(() => super.symbolsTraded(strategy)),
    });
  }

  get lastOrderId(): number {
    return this.#lastOrderId;
  }

  /** Orders that SQLite does not have yet. */
  get unprojectedOrders(): number {
    this.takeIn();
    return this.unprojected.size;
  }

  /**
   * Compares the files that are open with those that have their names. Returns why the record can no longer be used, once
   * another program has removed, moved, replaced or cut one: nothing is recorded after that.
   */
  checkFiles(): LostError | undefined {
    this.#lost ??= this.#journal.check() ?? this.record.checkFiles();
    return this.#lost;
  }

  /** The report of a lost record could not be found again. */
  override find(strategy: string, clOrdId: string): ExecutionReport | undefined {
    if (this.#lost) throw new RecordReadError(this.file, this.#lost);
    this.takeIn();
    if (this.#marks.isNew(strategy, clOrdId)) return undefined; // also of the orders that SQLite does not have yet
    const report = this.unprojected.find(strategy, clOrdId);
    if (report !== undefined) return report;
    const recorded = this.record.find(strategy, clOrdId);
    if (recorded === undefined && this.#lookedUp.size < LOOKED_UP_MAX)
      this.#lookedUp.set(strategy, clOrdId, true);
    return recorded;
  }

  override position(strategy: string, symbol: string): StrategyPosition {
    this.takeIn();
    return this.#known.position(strategy, symbol);
  }

  override hasTraded(strategy: string, symbol: string): boolean {
    this.takeIn();
    return this.#known.hasTraded(strategy, symbol);
  }

  override symbolsTraded(strategy: string): number {
    this.takeIn();
    return this.#known.symbolsTraded(strategy);
  }

  recordAll(orders: readonly RecordedOrder[], positions: readonly StrategyPosition[]): void {
    if (orders.length === 0) return;
    this.#append(orders, positions, false);
    this.#lastOrderId = orders[orders.length - 1].orderId;
    this.#appended = orders;
    this.#changed = positions;
  }

  /** Remembers the last group. Every look-up calls it first. */
  takeIn(): void {
    const appended = this.#appended;
    if (appended.length === 0) return;
    this.#appended = [];
    this.unprojected.addEncoded(Buffer.from(this.#journal.lastGroup), appended);
    for (const after of this.#changed) this.#known.change(after);
    for (const { strategy, clOrdId } of appended)
      if (clOrdId !== undefined) this.#marks.add(strategy, clOrdId);
    this.#lookedUp.clear();
  }

  /**
   * Runs the code of recordAll(), and records nothing. The positions are known afterwards, to this process alone.
   * @param checkHolds whether an order right after it may rely on its comparison of the files
   */
  rehearse(
    checkHolds: boolean,
    orders: readonly RecordedOrder[],
    positions: readonly StrategyPosition[],
  ): void {
    if (checkHolds && this.#sinceCheckMs > CHECK_AGAIN_MS) {
      this.checkFiles();
      this.#checkedAtMs = performance.now();
    }
    try {
      this.#append(orders, positions, true);
    } catch (error) {
      if (!(error instanceof RecordWriteError)) throw error; // the next real order is refused for the same reason
    }
    for (const after of positions) this.#known.change(after);
    this.#lookedUp.clear();
  }

  /**
   * Copies the oldest orders that SQLite does not have yet, where no other thread does. Returns whether there are more.
   * @throws RecordWriteError; they stay in the journal
   */
  project(): boolean {
    this.takeIn();
    const group = this.unprojected.oldest(PROJECTED_AT_ONCE);
    this.record.recordJournaled(group);
    return this.#drop(this.record.lastOrderId);
  }

  /** SQLite has the orders up to this one, over another connection. */
  noteCopied(orderId: number): void {
    if (orderId <= this.record.lastOrderId) return;
    this.takeIn();
    this.record.noteRecorded(orderId);
    this.#drop(orderId);
  }

  /** SQLite may have more than was noted: a thread that copied has ended. @throws RecordReadError */
  noteAllCopied(): void {
    this.noteCopied(this.record.mark().orderId);
  }

  /** The last order that SQLite has, as far as it was noted. */
  get copiedTo(): number {
    return this.record.lastOrderId;
  }

  /** What a Projection needs. @throws RecordReadError */
  get recordId(): string {
    return this.record.mark().recordId;
  }

  override totals(): OrderTotals {
    return this.#atOneMoment(() => super.totals());
  }

  /** Does what would otherwise delay the next group. */
  prepare(): void {
    this.#journal.prepare();
  }

  /** Projects everything, and closes both. What SQLite does not take now, it gets at the next start. */
  close(): void {
    this.checkFiles();
    if (!this.record.checkFiles() && this.copier === undefined) this.#projectAll();
    this.#journal.close();
    this.record.close();
  }

  protected override lookUp<T>(lookups: () => T): T {
    this.takeIn();
    return lookups();
  }

  /** For sums over SQLite and the journal: another connection may have copied more than was noted. */
  #atOneMoment<T>(sum: () => T): T {
    return this.record.atOneMoment(() => {
      this.noteAllCopied();
      return sum();
    });
  }

  #projectAll(): void {
    try {
      while (this.project());
    } catch (error) {
      if (!(error instanceof RecordWriteError)) throw error;
    }
  }

  /** Returns whether SQLite lacks more orders. */
  #drop(orderId: number): boolean {
    this.unprojected.dropThrough(orderId);
    if (this.unprojected.size > 0) return true;
    this.#marks.trim();
    return false;
  }

  /** @throws RecordWriteError */
  #append(
    orders: readonly RecordedOrder[],
    positions: readonly StrategyPosition[],
    isRehearsal: boolean,
  ): void {
    assertIdsContinue(this.#lastOrderId, orders);
    this.takeIn(); // the journal encodes this group over the last one
    try {
      if (!isRehearsal && this.unprojected.size >= UNPROJECTED_MAX) this.#makeRoom();
      this.#requireNew(orders);
      const isChecked = this.#sinceCheckMs < CHECK_HOLDS_MS;
      const lost = isChecked ? this.#lost : this.checkFiles(); // before the append, so that it need not be withdrawn
      if (lost) throw lost;
      if (isRehearsal) this.#journal.rehearse(orders, positions);
      else this.#journal.append(orders, positions, !isChecked);
    } catch (cause) {
      throw cause instanceof RecordWriteError ? cause : new RecordWriteError(this.file, cause);
    }
  }

  /** @throws RecordWriteError while SQLite is too far behind */
  #makeRoom(): void {
    const { copier } = this;
    if (copier === undefined) {
      while (this.unprojected.size >= UNPROJECTED_MAX) this.project();
      return;
    }
    copier.copyTo(this.#lastOrderId);
    if (copier.failure === undefined) copier.waitFor(this.record.lastOrderId, ROOM_WAIT_MS);
    this.noteCopied(copier.copiedTo);
    if (this.unprojected.size < UNPROJECTED_MAX) return;
    throw new Error(
      copier.failure ?? `SQLite is ${counted(this.unprojected.size, 'order')} behind the journal`,
    );
  }

  /** SQLite would refuse them, and all that follow. */
  #requireNew(orders: readonly RecordedOrder[]): void {
    const ofGroup = orders.length > 1 ? new GroupOrders(orders) : undefined;
    for (const order of orders) {
      const { strategy, clOrdId } = order;
      if (clOrdId === undefined) continue;
      const isFound = !this.#lookedUp.has(strategy, clOrdId) && this.find(strategy, clOrdId) !== undefined;
      if (isFound || (ofGroup?.find(strategy, clOrdId) ?? order) !== order)
        throw new Error(`order ${clOrdId} of ${strategy} is already recorded`);
    }
  }

  /** Since a rehearsal compared the files. */
  get #sinceCheckMs(): number {
    return performance.now() - this.#checkedAtMs;
  }
}
