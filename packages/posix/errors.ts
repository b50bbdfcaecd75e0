// The errors of this package.

import koffi from 'koffi';

/** Base class of the errors of this package. The message is one line. */
export abstract class PosixError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A system call that failed. */
export class SystemCallError extends PosixError {
  /** The name of its errno, such as `ENOSPC`. */
  readonly code: string;

  /** @param advice what was attempted, and what to check */
  constructor(call: string, errno: number, advice: string) {
    const code = errnoName(errno);
    super(`${call} failed with ${code}: ${advice}`);
    this.code = code;
  }
}

function errnoName(errno: number): string {
  const found = Object.entries(koffi.os.errno).find(([, number]) => number === errno);
  return found ? found[0] : `errno ${errno}`;
}
