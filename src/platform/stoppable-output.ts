// Standard output of a command that prints until it is stopped: a reader that stalls delays it, and not its end.

import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './errors.ts';
import { nonBlockingOutput } from './non-blocking-output.ts';
import { exitOnFailedOutput } from './standard-output.ts';

const RETRY_MS = 10;

export class StoppableOutput {
  readonly #fd = nonBlockingOutput();
  readonly #command: string;
  readonly #signal: AbortSignal;
  /** Ends after the last write that was asked for. */
  #written: Promise<void> = Promise.resolve();

  /** @param command in front of the error if standard output fails */
  constructor(command: string, signal: AbortSignal) {
    this.#command = command;
    this.#signal = signal;
  }

  /** Resolves when all of the text is written, or the signal aborted. Texts leave one after the other. */
  write(text: string): Promise<void> {
    this.#written = this.#written.then(() => this.#writeAll(Buffer.from(text)));
    return this.#written;
  }

  async #writeAll(text: Buffer): Promise<void> {
    let rest = text;
    while (rest.length > 0 && !this.#signal.aborted) {
      try {
        rest = rest.subarray(writeSync(this.#fd, rest));
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') exitOnFailedOutput(this.#command, error);
        await sleep(RETRY_MS, undefined, { signal: this.#signal }).catch(() => {}); // stopped
      }
    }
  }
}
