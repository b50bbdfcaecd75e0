// Locks on a range of bytes that belong to an open file description (fcntl, F_OFD_SETLK). Unlike locks of the POSIX kind,
// they outlast other descriptors of the same file that the process closes. Unlike flock(), they can be queried.

import koffi from 'koffi';
import { SystemCallError } from './errors.ts';

const libc = koffi.load(null);
const fcntlNative = libc.func('int fcntl(int fd, int command, void *lock)');

const F_OFD_GETLK = 36;
const F_OFD_SETLK = 37;
const F_RDLCK = 0;
const F_WRLCK = 1;
const F_UNLCK = 2;

/** struct flock: type, whence, padding, start, length, pid, padding. */
const FLOCK_BYTES = 32;
const START_AT = 8;
const LENGTH_AT = 16;

/** Bytes of a file. They need not exist. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/**
 * Tries to lock a range of an open file until the descriptor is closed or the process dies. An exclusive lock needs a
 * descriptor for writing, a shared one a descriptor for reading.
 * @returns false if another lock is in the way
 * @throws SystemCallError
 */
export function lockRange(fd: number, range: ByteRange, kind: 'exclusive' | 'shared'): boolean {
  const lock = flockOf(range, kind === 'exclusive' ? F_WRLCK : F_RDLCK);
  if (fcntlNative(fd, F_OFD_SETLK, lock) === 0) return true;
  const errno = koffi.errno();
  if (errno === koffi.os.errno.EAGAIN || errno === koffi.os.errno.EACCES) return false;
  throw new SystemCallError('fcntl', errno, 'locking a range of a file; does its file system support locks?');
}

/** Releases a lock of lockRange() on an open file. A mapping of the file would keep it beyond the descriptor. */
export function unlockRange(fd: number, range: ByteRange): void {
  fcntlNative(fd, F_OFD_SETLK, flockOf(range, F_UNLCK));
}

/**
 * Whether another open file description has locked a part of the range. The kernel knows, across PID namespaces too. The
 * query takes no lock. Closing `fd` releases locks of the POSIX kind that this process has on the file, as SQLite's are.
 * @throws SystemCallError
 */
export function isRangeLocked(fd: number, range: ByteRange): boolean {
  const lock = flockOf(range, F_WRLCK);
  if (fcntlNative(fd, F_OFD_GETLK, lock) !== 0)
    throw new SystemCallError('fcntl', koffi.errno(), 'asking for the lock of a file');
  return lock.readInt16LE() !== F_UNLCK;
}

function flockOf({ start, length }: ByteRange, type: number): Buffer {
  const lock = Buffer.alloc(FLOCK_BYTES);
  lock.writeInt16LE(type);
  lock.writeBigInt64LE(BigInt(start), START_AT);
  lock.writeBigInt64LE(BigInt(length), LENGTH_AT);
  return lock;
}
