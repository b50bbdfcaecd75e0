// Standard output, written to at once: nothing waits in a queue when the process exits.

import { writeSync } from 'node:fs';
import { codeOf } from './errors.ts';

const STDOUT = 1;
const RETRY_MS = 1;
const RETRIES_MAX = 5000;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Writes text to standard output. When its reader is gone, or takes nothing for seconds, text is dropped. */
export class ConsoleSink {
  #isOpen = true;

  write(text: string): void {
    let rest: Buffer = Buffer.from(text);
    let retries = 0;
    while (this.#isOpen && rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(STDOUT, rest));
      } catch (error) {
        // A pipe that another process has made non-blocking says EAGAIN when it is full.
        if (codeOf(error) === 'EAGAIN' && retries++ < RETRIES_MAX) Atomics.wait(sleeper, 0, 0, RETRY_MS);
        else this.#isOpen = false;
      }
    }
  }
}
