// The lock that a process needs to write a record: a lock file beside the record.

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
 * Locks `<file>.lock` and writes the process id into it. Creates missing folders. Returns the file descriptor
 * to close to unlock it. The kernel drops the lock when the process dies, so a lock file that exists means
 * nothing. It is never removed, because two processes could then lock a file each.
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
 * The process id of the process that has locked a record; undefined if none has. Looks for the open lock
 * file, because a try to lock it could make lockRecord() fail in another process.
 */
export function lockOwner(file: string): number | undefined {
  try {
    const lockFile = realpathSync(`${file}.lock`);
    const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
    const descriptors = `/proc/${pid}/fd`;
    return readdirSync(descriptors).some((name) => linkTarget(`${descriptors}/${name}`) === lockFile)
      ? pid
      : undefined;
  } catch {
    return undefined; // there is no lock file, or its process has exited
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
