// Copies a journal to SQLite, over a connection of its own. It loads no native code but SQLite, so that a thread can use it
// while its process exits.

import fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { TicklineError } from '../../platform/errors.ts';
import { JournalFollower } from '../journal/journal-follower.ts';
import type { ProjectionMark } from '../journal/journal-tail.ts';
import { removeOldSegments } from '../journal/retention.ts';
import { journalFolder } from '../journal/segment.ts';
import { tuneDatabase } from '../sqlite/database-tuning.ts';
import { GroupWriter } from '../sqlite/group-writer.ts';

/** What is copied where. */
export interface ProjectionPlan {
  /** The record, with symbolic links resolved. */
  readonly file: string;
  /** As its journal has it, in case the file is another one by now. */
  readonly recordId: string;
  readonly fsync: boolean;
}

/** Orders per transaction: some 100 ms. Each writes a position once, and the pages that orders of all strategies share. */
const COPIED_AT_ONCE = 20_000;
/** For another program that has locked the record. */
const BUSY_WAIT_MS = 200;

/** The file is not the record that the OrderManager has open. */
class OtherRecordError extends TicklineError {
  constructor(file: string) {
    super(`${file} is another file than the OrderManager has open; put the record back`);
  }
}

export class Projection {
  readonly #file: string;
  readonly #folder: string;
  readonly #inode: number;
  readonly #database: DatabaseSync;
  readonly #writer: GroupWriter;
  readonly #follower: JournalFollower;
  /** The last order that SQLite has. */
  #copied: Pick<ProjectionMark, 'orderId' | 'chain'>;

  /** @throws OtherRecordError, and errors of SQLite and the system */
  constructor({ file, recordId, fsync }: ProjectionPlan) {
    this.#file = file;
    this.#folder = journalFolder(file);
    this.#inode = fs.statSync(file).ino;
    this.#database = new DatabaseSync(file, { timeout: BUSY_WAIT_MS });
    tuneDatabase(this.#database, fsync ? 'NORMAL' : 'OFF');
    const mark = this.#database.prepare('SELECT * FROM journal').get();
    if (mark?.record_id !== recordId) throw new OtherRecordError(file);
    const chain = mark.chain === null ? undefined : Number(mark.chain);
    this.#copied = { orderId: Number(mark.order_id), chain };
    this.#writer = new GroupWriter(this.#database);
    this.#follower = new JournalFollower(this.#folder, this.#copied);
  }

  /** The last order that SQLite has. */
  get copiedTo(): number {
    return this.#copied.orderId;
  }

  /**
   * Copies the next orders, up to this one, in one transaction. Returns whether there are more.
   * @throws OtherRecordError, JournalDamagedError, NotAJournalError, and errors of SQLite and the system: nothing is
   *   copied, and the next call tries it again
   */
  copy(upTo: number): boolean {
    if (this.copiedTo >= upTo) return false;
    try {
      this.#requireFile();
      const { order, chain } = this.#writer.beginJournaled(this.#follower.read(upTo, COPIED_AT_ONCE));
      this.#writer.commit();
      this.#copied = { orderId: order.orderId, chain };
    } catch (error) {
      this.#follower.rewind(this.#copied);
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    return this.copiedTo < upTo;
  }

  /**
   * Removes sealed files of the journal whose orders SQLite has, this long after their last one. Returns how many.
   * @throws OtherRecordError, NotAJournalError, system errors
   */
  removeOldSegments(keepMs: number): number {
    this.#requireFile();
    return removeOldSegments(this.#folder, {
      keepMs,
      copiedTo: this.copiedTo,
      syncCopy: () => this.#checkpoint(),
    });
  }

  close(): void {
    this.#follower.close();
    this.#database.close();
  }

  /** Moves the write-ahead log into the database, which is then on the disk. Returns false if a reader is in the way. */
  #checkpoint(): boolean {
    return Number(this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy) === 0;
  }

  /** The OrderManager finds out as well, and looks more closely. */
  #requireFile(): void {
    if (fs.statSync(this.#file, { throwIfNoEntry: false })?.ino !== this.#inode)
      throw new OtherRecordError(this.#file);
  }
}
