// The lock that a process needs to write a record: on the record itself, and on a lock file beside it.

import {
  closeSync,
  constants,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { flockExclusive, isRangeLocked, lockRange, SystemCallError } from '@tickline/posix';
import { codeOf } from '../../platform/errors.ts';
import { openPrivate } from '../../platform/private-file.ts';
import { RecordInUseError, RecordOpenError, RecordReadOnlyError } from './errors.ts';

/** A byte that SQLite neither stores nor locks: its files end before 2^48, and its locks are at 2^30. */
const OWNER_RANGE = { start: 2 ** 50, length: 1 };

/** The locks of the process that writes a record. */
export interface RecordLock {
  /** Close it after the database, because closing a descriptor of the record releases SQLite's locks. */
  release(): void;
}

/**
 * Locks the record, and `<file>.lock`, which has the process id. Creates missing files for their owner only, and missing
 * folders. The kernel drops both locks when the process dies, so a lock file that exists means nothing. The lock file
 * still holds if the record is removed, and the lock of the record if the lock file is.
 * @throws RecordInUseError, RecordOpenError, RecordReadOnlyError
 */
export function lockRecord(file: string): RecordLock {
  const lockFile = `${file}.lock`;
  const descriptors = [openLock(lockFile, file)];
  const release = () => {
    for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
  };
  try {
    const holder = readFileSync(lockFile, 'utf8').trim();
    if (!flockExclusive(descriptors[0])) throw new RecordInUseError(file, holder);
    descriptors.push(openRecord(file));
    if (!lockRange(descriptors[1], OWNER_RANGE, 'exclusive')) throw new RecordInUseError(file, holder);
    ftruncateSync(descriptors[0]);
    writeSync(descriptors[0], `${process.pid}\n`, 0);
    return { release };
  } catch (thrown) {
    release();
    throw thrown instanceof SystemCallError ? new RecordOpenError(file, thrown) : thrown;
  }
}

/**
 * Whether a live process has locked the record. Asks the kernel, because a lock file can be removed, and a process id
 * means nothing in another PID namespace. A process that has the record open in SQLite must not call it: it would
 * release SQLite's locks.
 * @throws RecordOpenError
 */
export function isRecordLocked(file: string): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    return isRangeLocked(descriptor, OWNER_RANGE);
  } catch (cause) {
    throw new RecordOpenError(file, cause);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The id of the last process that locked a record, in its PID namespace; undefined without a lock file. */
export function writtenOwner(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(`${file}.lock`, 'utf8'), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch {
    return undefined;
  }
}

/** The id of the process that has locked a record, for messages; undefined if it cannot be seen from here. */
export function lockOwner(file: string): number | undefined {
  try {
    const lockFile = realpathSync(`${file}.lock`);
    const pid = writtenOwner(file);
    const descriptors = `/proc/${pid}/fd`;
    return readdirSync(descriptors).some((name) => linkTarget(`${descriptors}/${name}`) === lockFile)
      ? pid
      : undefined;
  } catch {
    return undefined; // no lock file, or no such process in this PID namespace
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // closed after it was listed
  }
}

function openLock(lockFile: string, file: string): number {
  try {
    return openPrivate(lockFile, constants.O_RDWR | constants.O_APPEND);
  } catch (cause) {
    throw new RecordOpenError(file, cause);
  }
}

/** For writing, because SQLite would not notice a read-only file before the first order. */
function openRecord(file: string): number {
  try {
    return openPrivate(file, constants.O_RDWR);
  } catch (cause) {
    const isReadOnly = ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(cause) ?? '');
    throw isReadOnly ? new RecordReadOnlyError(file, cause) : new RecordOpenError(file, cause);
  }
}
