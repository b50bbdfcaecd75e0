// A lock that one process holds at a time. The kernel releases it when its holder dies, however it dies.

import { type ByteRange, isRangeLocked, lockRange, unlockRange } from '@tickline/posix';

/** The lock of one byte of an open file. The byte lies beyond the end of every file. */
export class FileLock {
  readonly #fd: () => number;
  readonly #range: ByteRange;
  #held = false;

  /** @param fd open for writing if the lock is to be taken, and open while it is held; throws when it is closed */
  constructor(fd: () => number, range: ByteRange) {
    this.#fd = fd;
    this.#range = range;
  }

  /** Whether this process holds it. */
  get isMine(): boolean {
    return this.#held;
  }

  /** Whether another process, or another open() of this one, holds it. Takes no lock. @throws SystemCallError, SharedFileClosedError */
  get isTaken(): boolean {
    return isRangeLocked(this.#fd(), this.#range);
  }

  /** Takes the lock, if nobody else holds it. @returns whether this process has it now @throws SystemCallError, SharedFileClosedError */
  tryAcquire(): boolean {
    this.#held ||= lockRange(this.#fd(), this.#range, 'exclusive');
    return this.#held;
  }

  /** Gives the lock back. Closing the file would not do that: the mapping keeps the lock. */
  release(): void {
    if (this.#held) unlockRange(this.#fd(), this.#range);
    this.#held = false;
  }
}
