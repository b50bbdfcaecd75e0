// Reads of a TCP socket on this thread, past the event loop.

import koffi from 'koffi';
import { SystemCallError } from './errors.ts';

const libc = koffi.load(null);
const recvNative = libc.func('int64_t recv(int fd, uint8_t *buffer, size_t length, int flags)');
const fcntlNative = libc.func('int fcntl(int fd, int command, int value)');
const setsockoptNative = libc.func(
  'int setsockopt(int fd, int level, int name, const int64_t *value, uint32_t length)',
);

const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const TIMEVAL_BYTES = 16;
const US_PER_MS = 1_000;

/**
 * Reads what has arrived on a socket into `buffer`.
 * @returns how many bytes; 0 after the last one; -1 when none came in time, or a signal did
 * @throws SystemCallError
 */
export function receive(fd: number, buffer: Uint8Array): number {
  const length = Number(recvNative(fd, buffer, buffer.length, 0));
  if (length >= 0) return length;
  const errno = koffi.errno();
  if (errno === koffi.os.errno.EAGAIN || errno === koffi.os.errno.EINTR) return -1;
  throw new SystemCallError('recv', errno, 'reading a socket');
}

/**
 * Makes receive() sleep until bytes come, for at most `timeoutMs`, which the kernel rounds up to one or two of its clock
 * ticks (4 to 8 ms at 250 Hz). Writes block too, so nothing long may be written meanwhile.
 * @throws SystemCallError
 */
export function blockReads(fd: number, timeoutMs: number): void {
  const timeout = new BigInt64Array([0n, BigInt(timeoutMs * US_PER_MS)]);
  if (setsockoptNative(fd, SOL_SOCKET, SO_RCVTIMEO, timeout, TIMEVAL_BYTES) !== 0)
    throw new SystemCallError('setsockopt', koffi.errno(), 'limiting how long a read may last');
  setFlags(fd, flagsOf(fd) & ~O_NONBLOCK);
}

/** Makes receive() return at once again, as a socket of Node has to. @throws SystemCallError */
export function unblockReads(fd: number): void {
  setFlags(fd, flagsOf(fd) | O_NONBLOCK);
}

function flagsOf(fd: number): number {
  const flags = fcntlNative(fd, F_GETFL, 0);
  if (flags < 0) throw new SystemCallError('fcntl', koffi.errno(), 'reading the flags of a socket');
  return flags;
}

function setFlags(fd: number, flags: number): void {
  if (fcntlNative(fd, F_SETFL, flags) < 0)
    throw new SystemCallError('fcntl', koffi.errno(), 'setting the flags of a socket');
}
