// Calls of the C library that Node does not offer: memory maps, file locks, futexes, scheduling.

import koffi from 'koffi';
import { guardMapping, unguardMapping } from './cut-file-guard.ts';
import { SystemCallError } from './errors.ts';

const libc = koffi.load(null);

const mmapNative = libc.func(
  'void *mmap(void *addr, size_t length, int prot, int flags, int fd, int64_t offset)',
);
const fallocateModeNative = libc.func('int fallocate(int fd, int mode, int64_t offset, int64_t length)');
const flockNative = libc.func('int flock(int fd, int operation)');
const fallocateNative = libc.func('int posix_fallocate(int fd, int64_t offset, int64_t length)');
const prctlNative = libc.func(
  'int prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5)',
);
const memfdCreateNative = libc.func('int memfd_create(const char *name, unsigned int flags)');
const schedYieldNative = libc.func('int sched_yield()');
const futexNative = libc.func(
  'long syscall(long number, int32_t *address, int operation, int32_t value, void *timeout, void *address2, uint32_t value3)',
);

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;
const FALLOC_KEEP_SIZE_AND_PUNCH_HOLE = 3;
const LOCK_EXCLUSIVE = 2;
const LOCK_NON_BLOCKING = 4;
const LOCK_RELEASE = 8;
const MFD_CLOEXEC = 1;
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const PR_SET_PDEATHSIG = 1;
const SYS_FUTEX = process.arch === 'arm64' ? 98 : 202;
const NS_PER_S = 1e9;

/** Where a mapping starts, and its bytes. */
const mappings = new WeakMap<ArrayBuffer, { readonly address: unknown; readonly bytes: number }>();

/**
 * Maps `bytes` of an open file, shared with all processes that map it. The mapping lasts until the process exits, because
 * unmapping memory under a view that is in use would crash. If the file is truncated, the mapping turns into zeros that
 * only this process sees (x64 only).
 * @throws SystemCallError
 */
export function mapShared(fd: number, bytes: number, writable: boolean): ArrayBuffer {
  const protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  const address = mmapNative(null, bytes, protection, MAP_SHARED, fd, 0);
  if (BigInt.asIntN(64, koffi.address(address)) === -1n) {
    throw new SystemCallError('mmap', koffi.errno(), `mapping ${bytes} bytes; is there enough memory?`);
  }
  guardMapping(koffi.address(address), bytes);
  const buffer = koffi.view(address, bytes);
  mappings.set(buffer, { address, bytes });
  return buffer;
}

/**
 * Gives the file of a mapping back, and with it the blocks of a removed file. Views stay usable: they read zeros, and
 * what is stored in them goes nowhere. @param buffer from mapShared()
 * @throws SystemCallError
 */
export function releaseMapping(buffer: ArrayBuffer): void {
  const mapping = mappings.get(buffer);
  if (mapping === undefined) return;
  const flags = MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE;
  const address = mmapNative(mapping.address, mapping.bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (BigInt.asIntN(64, koffi.address(address)) === -1n)
    throw new SystemCallError('mmap', koffi.errno(), `releasing ${mapping.bytes} bytes`);
  unguardMapping(koffi.address(mapping.address));
  mappings.delete(buffer);
}

/**
 * Allocates the blocks of a file, so that a full /dev/shm is an error now instead of a SIGBUS later.
 * @throws SystemCallError with code `ENOSPC` if there is no room
 */
export function allocateBlocks(fd: number, bytes: number): void {
  const errno = fallocateNative(fd, 0, bytes);
  if (errno !== 0)
    throw new SystemCallError('posix_fallocate', errno, `no room for ${bytes} bytes of shared memory`);
}

/** Opens memory without a file, which lasts as long as a process has it open or mapped. @throws SystemCallError */
export function openMemoryFile(name: string): number {
  const fd = memfdCreateNative(name, MFD_CLOEXEC);
  if (fd < 0) throw new SystemCallError('memfd_create', koffi.errno(), 'making memory for a process');
  return fd;
}

/** Frees blocks of a file and keeps its size: mappings stay valid, and read zeros there. @throws SystemCallError */
export function freeBlocks(fd: number, offset: number, bytes: number): void {
  if (fallocateModeNative(fd, FALLOC_KEEP_SIZE_AND_PUNCH_HOLE, offset, bytes) !== 0)
    throw new SystemCallError('fallocate', koffi.errno(), `freeing ${bytes} bytes of shared memory`);
}

/**
 * Tries to take the exclusive lock of an open file. The kernel releases the lock when the process dies, however it dies.
 * If the file is mapped, closing the descriptor does not release the lock, because the mapping keeps it.
 * @returns false if another process holds the lock
 * @throws SystemCallError
 */
export function flockExclusive(fd: number): boolean {
  if (flockNative(fd, LOCK_EXCLUSIVE | LOCK_NON_BLOCKING) === 0) return true;
  const errno = koffi.errno();
  if (errno === koffi.os.errno.EWOULDBLOCK || errno === koffi.os.errno.EAGAIN) return false;
  throw new SystemCallError('flock', errno, 'locking a file');
}

/** Releases the lock of an open file. */
export function flockRelease(fd: number): void {
  flockNative(fd, LOCK_RELEASE);
}

/** Wakes the process that has waited longest on the word. Returns how many it woke: 1, or 0 if none waits. */
export function futexWakeOne(word: Int32Array): number {
  return futexNative(SYS_FUTEX, word, FUTEX_WAKE, 1, null, null, 0);
}

/** A time-out as the kernel reads it; make it once, for many waits. */
export function futexTimeout(ns: number): Uint8Array {
  const timespec = new BigInt64Array([BigInt(Math.floor(ns / NS_PER_S)), BigInt(Math.floor(ns % NS_PER_S))]);
  return new Uint8Array(timespec.buffer);
}

/**
 * Sleeps on a thread of libuv's pool while the word has the value `expected`; the event loop runs meanwhile.
 * Resolves on a wake-up, if the word has another value, or after `timeout`; the caller has to check which.
 */
export function futexWait(word: Int32Array, expected: number, timeout: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    futexNative.async(SYS_FUTEX, word, FUTEX_WAIT, expected, timeout, null, 0, () => resolve());
  });
}

/**
 * The same on this thread: it blocks the event loop, and a wake-up costs one thread switch instead of two.
 */
export function futexWaitHere(word: Int32Array, expected: number, timeout: Uint8Array): void {
  futexNative(SYS_FUTEX, word, FUTEX_WAIT, expected, timeout, null, 0);
}

/** Yields the CPU to another process. Every spin loop must call it. */
export function yieldCpu(): void {
  schedYieldNative();
}

/** Makes the kernel send this process `signal` when the thread that started it dies. */
export function signalOnParentDeath(signal: number): void {
  prctlNative(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}
