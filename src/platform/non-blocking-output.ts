// A second descriptor of standard output, for writes that do not block.

import { constants, fstatSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

const STDOUT = 1;

/**
 * Opens a terminal or pipe a second time, for non-blocking writes. O_NONBLOCK on the inherited descriptor
 * would also change it for the other processes that share it.
 */
export function nonBlockingOutput(): number {
  try {
    if (!isatty(STDOUT) && !fstatSync(STDOUT).isFIFO()) return STDOUT;
    return openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return STDOUT; // closed, or another user's
  }
}
