// Reads a record and its journal, also while an OrderManager writes them.

import type { DatabaseSync } from 'node:sqlite';
import { bootNumber } from '../platform/boot.ts';
import { CombinedOrders } from './combined-orders.ts';
import { RecordReadError } from './errors.ts';
import { JournalDamagedError } from './journal/errors.ts';
import { journalTail, type ProjectionMark } from './journal/journal-tail.ts';
import type { JournaledOrder } from './journal/journaled-order.ts';
import { journalFolder } from './journal/segment.ts';
import { UnprojectedOrders } from './journal/unprojected-orders.ts';
import { GroupWriter } from './sqlite/group-writer.ts';
import { SqliteOrderReader } from './sqlite/sqlite-order-reader.ts';

/** A group that is being written may look damaged: pages of it are read before, and others after they are written. */
const READ_ATTEMPTS = 5;

export class RecordReader extends CombinedOrders implements Disposable {
  readonly #folder: string;

  /**
   * Opens a record, also one in a folder that this process cannot write to.
   * @throws RecordOpenError, NotARecordError, RecordVersionError
   */
  static open(file: string): RecordReader {
    return new RecordReader(SqliteOrderReader.openReadOnly(file));
  }

  private constructor(record: SqliteOrderReader) {
    super(record, new UnprojectedOrders());
    this.#folder = journalFolder(record.resolvedFile);
  }

  /** Bytes of a write-ahead log that could not be read, because the record's folder is read-only. */
  get unreadLogBytes(): number {
    return this.record.unreadLogBytes;
  }

  /**
   * Copies the record as it is at one moment, with all orders of the journal, also while an OrderManager writes them. The
   * copy is on disk when this returns, and only its owner can read it.
   * @throws BackupError, also if the file exists
   */
  backup(copy: string): void {
    this.record.backup(copy, (database) => this.#complete(database));
  }

  close(): void {
    this.record.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @throws RecordReadError, NotAJournalError, OtherJournalError, JournalDamagedError */
  protected override lookUp<T>(lookups: () => T): T {
    return this.record.atOneMoment(() => {
      this.unprojected.clear();
      const mark = this.record.mark();
      for (const one of mark === undefined ? [] : this.#tail(mark)) this.unprojected.add(one);
      return lookups();
    });
  }

  #complete(database: DatabaseSync): void {
    const copied = new SqliteOrderReader(this.file, database).mark();
    const tail = copied === undefined ? [] : this.#tail(copied);
    if (tail.length === 0) return;
    const writer = new GroupWriter(database);
    writer.beginJournaled(tail);
    writer.commit();
  }

  #tail(mark: ProjectionMark): JournaledOrder[] {
    for (let attempt = 1; ; attempt++) {
      try {
        const tail = journalTail(this.#folder, this.file, mark, bootNumber());
        return Array.from(tail);
      } catch (error) {
        if (error instanceof JournalDamagedError && attempt < READ_ATTEMPTS) continue;
        throw error instanceof Error && 'syscall' in error ? new RecordReadError(this.file, error) : error;
      }
    }
  }
}
