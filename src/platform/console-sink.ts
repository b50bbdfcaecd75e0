// Standard output, written synchronously: nothing is queued when the process exits. A stopped terminal
// (Ctrl-S) or a pipe that nobody reads delays the process for a second at most.

import { writeSync } from 'node:fs';
import { counted } from './counted.ts';
import { codeOf } from './errors.ts';
import { nonBlockingOutput } from './non-blocking-output.ts';
import { IS_PART_OF_RUN } from './run-id.ts';
import { printError, StandardOutputError } from './standard-output.ts';

const RETRY_MS = 1;
/** Retries for a slow reader. After that there are none, until the reader reads again. */
const RETRIES_MAX = 1_000;

/** The reader of standard output has closed it. */
const CLOSED = new Set(['EPIPE', 'EIO', 'EBADF']);

/** The first failed write of this process, such as one to a full disk. */
let failure: StandardOutputError | undefined;

/**
 * Call it when the work is done. In a run, the orchestrator alone reports it.
 * @throws StandardOutputError if standard output lacks lines for another reason than a reader that left or was slow
 */
export function requireWholeConsole(): void {
  if (failure !== undefined && !IS_PART_OF_RUN) throw failure;
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes text to standard output. Text that its reader does not read is dropped, and counted before the next
 * text.
 */
export class ConsoleSink {
  readonly #fd = nonBlockingOutput();
  #isOpen = true;
  #isStuck = false;
  /** Dropped lines, including a line that was cut. */
  #missing = 0;

  /** Writes whole lines. Throws nothing. */
  write(text: string): void {
    if (
      this.#missing === 0 ||
      this.#writeAll(
        `\n... ${counted(this.#missing, 'line is missing here: its', 'lines are missing here: their')} reader was too slow, or the disk full\n`,
      )
    )
      this.#missing = this.#writeAll(text) ? 0 : linesOf(text);
    else this.#missing += linesOf(text);
  }

  /** Returns whether all of it was written. */
  #writeAll(text: string): boolean {
    let rest: Buffer = Buffer.from(text);
    let retriesLeft = this.#isStuck ? 0 : RETRIES_MAX;
    while (this.#isOpen && rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(this.#fd, rest));
      } catch (error) {
        if (CLOSED.has(codeOf(error) ?? '')) this.#isOpen = false;
        else if (codeOf(error) !== 'EAGAIN') return this.#fail(error);
        else if (retriesLeft-- > 0) Atomics.wait(sleeper, 0, 0, RETRY_MS);
        else break;
      }
    }
    this.#isStuck = rest.length > 0;
    return !this.#isStuck;
  }

  /** A disk may have space again later, so the next text is tried. */
  #fail(cause: unknown): false {
    if (failure === undefined) {
      failure = new StandardOutputError(cause);
      if (!IS_PART_OF_RUN) printError(`tickline: ${failure.message}; the log files have all lines`);
    }
    return false;
  }
}

function linesOf(text: string): number {
  return text.split('\n').length - 1;
}
