// Compares the files of a record that this process has open with those that have their names. After `rm -rf runs`, say,
// SQLite continues to write to files that nobody will find again.

import { closeSync, openSync, type Stats, statSync } from 'node:fs';
import { lockRange } from '@tickline/posix';
import { codeOf, messageOf } from '../../platform/errors.ts';
import { RecordLostError } from './errors.ts';
import { WalIndex } from './wal-index.ts';

/** The bytes that SQLite locks for reading, and before it removes the write-ahead log. */
const SQLITE_SHARED_RANGE = { start: 0x4000_0002, length: 510 };

/** One look at the database file. */
interface Look {
  readonly index: WalIndex;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/**
 * The files of one open record. Their descriptors are closed after the database, because closing one releases
 * SQLite's locks.
 */
export class RecordFiles {
  readonly #path: string;
  readonly #database: OpenFile;
  readonly #log: OpenFile;
  readonly #index: OpenFile;
  #lastLook: Look;
  #lost: RecordLostError | undefined;

  /** @param path the database, open in WAL mode and read from at least once, so that all three files exist */
  constructor(path: string) {
    this.#path = path;
    this.#database = new OpenFile(path);
    this.#log = new OpenFile(`${path}-wal`);
    this.#index = new OpenFile(`${path}-shm`);
    this.#lastLook = this.#look();
  }

  /** Why the record can no longer be used; undefined if all is well. Once lost, it stays lost. */
  check(): RecordLostError | undefined {
    this.#lost ??= this.#findLoss();
    return this.#lost;
  }

  /** Keeps SQLite from changing or removing, at close, what now has the names of the files. */
  preventCheckpoint(): void {
    lockRange(this.#database.fd, SQLITE_SHARED_RANGE, 'shared');
  }

  close(): void {
    for (const { fd } of [this.#database, this.#log, this.#index]) closeSync(fd);
  }

  #findLoss(): RecordLostError | undefined {
    try {
      this.#index.stat();
      const damage = this.#databaseDamage() ?? this.#logDamage();
      return damage === undefined ? undefined : new RecordLostError(this.#path, damage);
    } catch (thrown) {
      if (thrown instanceof RecordLostError) return thrown;
      return new RecordLostError(this.#path, `cannot be checked (${messageOf(thrown)})`);
    }
  }

  /** Only a commit or a checkpoint changes the database, and both change the index. */
  #databaseDamage(): string | undefined {
    const before = this.#lastLook;
    const now = this.#look();
    this.#lastLook = now;
    if (now.bytes < before.bytes && now.bytes < now.index.databaseBytes) return 'was cut';
    if (now.bytes === before.bytes && now.modifiedMs === before.modifiedMs) return undefined;
    return this.#isIdleSince(before.index) ? 'was overwritten' : undefined;
  }

  /** Whether no program has committed or checkpointed since this reading. */
  #isIdleSince(index: WalIndex): boolean {
    const now = new WalIndex(this.#index.fd);
    return now.equals(index) && !now.isCheckpointing;
  }

  /** The second reading is for a checkpoint of another program, which changes the index before it truncates the log. */
  #logDamage(): string | undefined {
    const { index } = this.#lastLook;
    const isCut = this.#log.stat().size < index.logBytesMin;
    if (!isCut && index.describes(this.#log.fd)) return undefined;
    return new WalIndex(this.#index.fd).equals(index)
      ? `had its write-ahead log ${isCut ? 'cut' : 'overwritten'}`
      : undefined;
  }

  /** The index first: the next look must find it changed if the file changes between the two. */
  #look(): Look {
    const index = new WalIndex(this.#index.fd);
    const { size, mtimeMs } = this.#database.stat();
    return { index, bytes: size, modifiedMs: mtimeMs };
  }
}

/** A file, and whether its name still belongs to it. */
class OpenFile {
  readonly fd: number;
  readonly #path: string;
  readonly #inode: number;
  readonly #device: number;

  constructor(path: string) {
    this.fd = openSync(path, 'r');
    this.#path = path;
    const { ino, dev } = statSync(path);
    this.#inode = ino;
    this.#device = dev;
  }

  /** What is known about the file that has the name. @throws RecordLostError if it is another one, or none */
  stat(): Stats {
    const found = statOf(this.#path);
    if (found === undefined) throw new RecordLostError(this.#path, 'was removed or moved');
    if (found.ino !== this.#inode || found.dev !== this.#device)
      throw new RecordLostError(this.#path, 'was replaced');
    return found;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
