// Who may write a record: the process that holds the lock of the file beside it.

import {
  closeSync,
  constants,
  ftruncateSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { flockExclusive } from '@tickline/posix';
import { openPrivate } from '../../platform/private-file.ts';
import { RecordInUseError, RecordOpenError } from './errors.ts';

/**
 * Takes `<file>.lock` for this process and writes its pid there. The kernel drops the lock when the process
 * dies, however it dies, so the file itself says nothing and is left where it is: to remove it would let two
 * processes hold one lock each. The database is not locked this way, since its readers go on reading.
 * A folder that is missing is made. Returns the descriptor that holds the lock, to be closed by the caller.
 * @throws RecordInUseError, RecordOpenError
 */
export function lockRecord(file: string): number {
  const lockFile = `${file}.lock`;
  const descriptor = openLock(lockFile, file);
  try {
    if (!flockExclusive(descriptor)) throw new RecordInUseError(file, readFileSync(lockFile, 'utf8').trim());
    ftruncateSync(descriptor);
    writeSync(descriptor, `${process.pid}\n`, 0);
    return descriptor;
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

/**
 * The process that holds a record now; undefined when none does. Looks, and does not try the lock: that would be in
 * the way of a process which wants it at that moment.
 */
export function lockOwner(file: string): number | undefined {
  try {
    const lockFile = realpathSync(`${file}.lock`);
    const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
    const open = `/proc/${pid}/fd`;
    return readdirSync(open).some((descriptor) => linkOf(`${open}/${descriptor}`) === lockFile)
      ? pid
      : undefined;
  } catch {
    return undefined; // there is no such lock, or no such process
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // closed since it was listed
  }
}

function openLock(lockFile: string, file: string): number {
  try {
    return openPrivate(lockFile, constants.O_RDWR | constants.O_APPEND);
  } catch (cause) {
    throw new RecordOpenError(file, cause);
  }
}
