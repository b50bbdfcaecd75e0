// System calls of Linux that Node does not offer, and the clock that all processes of a machine share.

// Time:

export { CLOCK_ID, nowNs } from './clock.ts';

// Memory maps, file locks, futexes, scheduling:

export {
  allocateBlocks,
  flockExclusive,
  flockRelease,
  freeBlocks,
  futexTimeout,
  futexWait,
  futexWaitHere,
  futexWakeOne,
  mapShared,
  openMemoryFile,
  releaseMapping,
  signalOnParentDeath,
  yieldCpu,
} from './libc.ts';
export { type ByteRange, isRangeLocked, lockRange, unlockRange } from './range-lock.ts';
export { useShortSlices } from './time-slice.ts';

// Sockets:

export { type Endpoint, ownerInProc, socketOwner } from './socket-owner.ts';
export { blockReads, receive, unblockReads } from './socket-reads.ts';
export { type BoundSocket, bindTcpSocket, reuseAddress } from './tcp-socket.ts';

// Other processes:

export { isAlive } from './process.ts';

// Errors:

export { PosixError, SystemCallError } from './errors.ts';
