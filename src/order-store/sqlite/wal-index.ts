// What SQLite's shared wal-index (`-shm`) says about the files of a record. https://sqlite.org/walformat.html

import { readSync } from 'node:fs';

const INDEX_BYTES = 136;
const HEADER_BYTES = 48;
const PAGE_BYTES_AT = 14;
const FRAMES_AT = 16;
const PAGES_AT = 20;
const SALT_AT = 32;
const SALT_BYTES = 8;
const BACKFILLED_AT = 96;
const BACKFILL_ATTEMPTED_AT = 128;

const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const LOG_SALT_AT = 16;

/** One reading of the wal-index. */
export class WalIndex {
  readonly #bytes = Buffer.alloc(INDEX_BYTES);

  /** @param fd the `-shm` file */
  constructor(fd: number) {
    readSync(fd, this.#bytes, 0, INDEX_BYTES, 0);
  }

  /** Whether nobody has committed or checkpointed between the two readings. */
  equals(other: WalIndex): boolean {
    return (
      this.#bytes.compare(other.#bytes, 0, HEADER_BYTES, 0, HEADER_BYTES) === 0 &&
      this.#backfilled === other.#backfilled &&
      this.#backfillAttempted === other.#backfillAttempted
    );
  }

  /** Whether a checkpoint is copying frames into the database. */
  get isCheckpointing(): boolean {
    return this.#backfillAttempted > this.#backfilled;
  }

  /** Bytes of the database once all frames are in it. */
  get databaseBytes(): number {
    return this.#bytes.readUInt32LE(PAGES_AT) * this.#pageBytes;
  }

  /** The bytes that the write-ahead log has at least. */
  get logBytesMin(): number {
    const frames = this.#bytes.readUInt32LE(FRAMES_AT);
    return frames === 0 ? 0 : LOG_HEADER_BYTES + frames * (FRAME_HEADER_BYTES + this.#pageBytes);
  }

  /** Whether the log in this file is the one that the index describes. @param fd the `-wal` file */
  describes(fd: number): boolean {
    if (this.logBytesMin === 0) return true;
    const salt = Buffer.alloc(SALT_BYTES);
    readSync(fd, salt, 0, SALT_BYTES, LOG_SALT_AT);
    return this.#bytes.compare(salt, 0, SALT_BYTES, SALT_AT, SALT_AT + SALT_BYTES) === 0;
  }

  /** 65,536 does not fit, and is stored as 1. */
  get #pageBytes(): number {
    const stored = this.#bytes.readUInt16LE(PAGE_BYTES_AT);
    return stored === 1 ? 65_536 : stored;
  }

  get #backfilled(): number {
    return this.#bytes.readUInt32LE(BACKFILLED_AT);
  }

  get #backfillAttempted(): number {
    return this.#bytes.readUInt32LE(BACKFILL_ATTEMPTED_AT);
  }
}
