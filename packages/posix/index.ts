// What Linux gives and Node does not: memory maps, futexes, file locks, and the clock that all processes share.

export { nowNs } from './clock.ts';
export {
  allocateBlocks,
  flockExclusive,
  flockRelease,
  futexTimeout,
  futexWait,
  futexWaitHere,
  futexWakeOne,
  mapShared,
  SystemCallError,
  signalOnParentDeath,
  yieldCpu,
} from './libc.ts';
export { isAlive } from './process.ts';
