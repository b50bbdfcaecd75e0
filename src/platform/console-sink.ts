// Standard output, written to at once: nothing waits in a queue when the process exits. A terminal that was stopped
// (Ctrl-S), or a pipe that nobody empties, holds nothing up for longer than a moment.

import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { codeOf } from './errors.ts';

const STDOUT = 1;
const RETRY_MS = 1;
/** How long a reader that is slow is waited for; after that not at all, until it takes something again. */
const RETRIES_MAX = 1_000;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Writes text to standard output. What its reader does not take is dropped, and counted where the next text stands. */
export class ConsoleSink {
  readonly #fd = ownDescriptor();
  #isOpen = true;
  #isStuck = false;
  /** Lines that were dropped, also the one that was cut. */
  #missing = 0;

  /** Writes whole lines. Throws nothing. */
  write(text: string): void {
    if (this.#missing === 0 || this.#put(`\n... ${this.#missing} lines are missing here: nobody took them\n`))
      this.#missing = this.#put(text) ? 0 : linesOf(text);
    else this.#missing += linesOf(text);
  }

  /** Whether all of it was taken. */
  #put(text: string): boolean {
    let rest: Buffer = Buffer.from(text);
    let retriesLeft = this.#isStuck ? 0 : RETRIES_MAX;
    while (this.#isOpen && rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(this.#fd, rest));
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') this.#isOpen = false;
        else if (retriesLeft-- > 0) Atomics.wait(sleeper, 0, 0, RETRY_MS);
        else break;
      }
    }
    this.#isStuck = rest.length > 0;
    return !this.#isStuck;
  }
}

/**
 * A terminal or a pipe is opened once more, so that it can be written to without waiting: the standard output that was
 * handed down belongs to other processes, too, which may want to wait.
 */
function ownDescriptor(): number {
  try {
    if (!isatty(STDOUT) && !fstatSync(STDOUT).isFIFO()) return STDOUT;
    return openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return STDOUT; // closed, or another user's
  }
}

function linesOf(text: string): number {
  return text.split('\n').length - 1;
}
