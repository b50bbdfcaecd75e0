// The few calls of the C library that Node does not offer: mapping memory, locking a file, waiting on a word.

import koffi from 'koffi';
import { guardMapping } from './cut-file-guard.ts';
import { SystemCallError } from './errors.ts';

const libc = koffi.load(null);

const mmapNative = libc.func(
  'void *mmap(void *addr, size_t length, int prot, int flags, int fd, int64_t offset)',
);
const flockNative = libc.func('int flock(int fd, int operation)');
const fallocateNative = libc.func('int posix_fallocate(int fd, int64_t offset, int64_t length)');
const prctlNative = libc.func(
  'int prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5)',
);
const schedYieldNative = libc.func('int sched_yield()');
const futexNative = libc.func(
  'long syscall(long number, int32_t *address, int operation, int32_t value, void *timeout, void *address2, uint32_t value3)',
);

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const LOCK_EXCLUSIVE = 2;
const LOCK_NON_BLOCKING = 4;
const LOCK_RELEASE = 8;
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const PR_SET_PDEATHSIG = 1;
const SYS_FUTEX = process.arch === 'arm64' ? 98 : 202;
const NS_PER_S = 1e9;

/**
 * Maps `bytes` of an open file, shared with every process that maps it. The mapping lives until the process
 * ends: taking it away under a view that is still in use would be a crash. When the file is cut short, the mapping
 * turns into zeros of this process alone.
 * @throws SystemCallError
 */
export function mapShared(fd: number, bytes: number, writable: boolean): ArrayBuffer {
  const protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  const address = mmapNative(null, bytes, protection, MAP_SHARED, fd, 0);
  if (BigInt.asIntN(64, koffi.address(address)) === -1n) {
    throw new SystemCallError('mmap', koffi.errno(), `mapping ${bytes} bytes; is there enough memory?`);
  }
  guardMapping(koffi.address(address), bytes);
  return koffi.view(address, bytes);
}

/**
 * Gives the file real blocks, so that a full /dev/shm is an error here and not a SIGBUS later.
 * @throws SystemCallError with code `ENOSPC` when there is no room
 */
export function allocateBlocks(fd: number, bytes: number): void {
  const errno = fallocateNative(fd, 0, bytes);
  if (errno !== 0)
    throw new SystemCallError('posix_fallocate', errno, `no room for ${bytes} bytes of shared memory`);
}

/**
 * Takes the exclusive lock of an open file, without waiting. The kernel drops it when the process dies, however
 * it dies. Closing the descriptor is not enough where the file is mapped: the mapping keeps the lock.
 * @returns false when another process holds it
 * @throws SystemCallError
 */
export function flockExclusive(fd: number): boolean {
  if (flockNative(fd, LOCK_EXCLUSIVE | LOCK_NON_BLOCKING) === 0) return true;
  const errno = koffi.errno();
  if (errno === koffi.os.errno.EWOULDBLOCK || errno === koffi.os.errno.EAGAIN) return false;
  throw new SystemCallError('flock', errno, 'locking a file');
}

/** Drops the lock of an open file. */
export function flockRelease(fd: number): void {
  flockNative(fd, LOCK_RELEASE);
}

/** Wakes one of those who wait on the word: who has waited longest. About a third of a microsecond when nobody does. */
export function futexWakeOne(word: Int32Array): void {
  futexNative(SYS_FUTEX, word, FUTEX_WAKE, 1, null, null, 0);
}

/** A time to wait at most, in the form that the kernel reads; made once, used for many waits. */
export function futexTimeout(ns: number): Uint8Array {
  const timespec = new BigInt64Array([BigInt(Math.floor(ns / NS_PER_S)), BigInt(Math.floor(ns % NS_PER_S))]);
  return new Uint8Array(timespec.buffer);
}

/**
 * Sleeps while the word holds `expected`, on a thread of libuv's pool: the event loop goes on.
 * Resolves when woken, when the word holds something else, or after `timeout`; the caller looks again in any case.
 */
export function futexWait(word: Int32Array, expected: number, timeout: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    futexNative.async(SYS_FUTEX, word, FUTEX_WAIT, expected, timeout, null, 0, () => resolve());
  });
}

/**
 * The same on this very thread: the event loop stands still meanwhile, and a wake-up costs one switch of threads
 * instead of two.
 */
export function futexWaitHere(word: Int32Array, expected: number, timeout: Uint8Array): void {
  futexNative(SYS_FUTEX, word, FUTEX_WAIT, expected, timeout, null, 0);
}

/** Lets another process that waits for this processor have it. Whoever spins calls it, so that nobody waits for him. */
export function yieldCpu(): void {
  schedYieldNative();
}

/** Asks the kernel to send this process `signal` when the thread that started it dies. */
export function signalOnParentDeath(signal: number): void {
  prctlNative(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}
