// The log file of one process: appended to, only for its owner's eyes, and never a reason to die.

import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { nowNs } from './clock.ts';
import { messageOf } from './errors.ts';

const CHECK_INTERVAL_NS = 1e9;

/** Appends whole lines to `<folder>/<name>.log`. A file that is removed is made again, at most a second later. */
export class LogFile {
  readonly #folder: string;
  readonly #path: string;
  #fd: number | undefined;
  #checkedNs = 0;
  #warned = false;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#path = join(folder, `${name}.log`);
  }

  /** Throws nothing. A line that cannot be written is lost, which standard error is told once. */
  write(line: string): void {
    try {
      writeSync(this.#open(), line);
    } catch (error) {
      this.#warn(error);
    }
  }

  #open(): number {
    const now = nowNs();
    const isDue = now - this.#checkedNs >= CHECK_INTERVAL_NS;
    if (isDue) this.#checkedNs = now;
    if (isDue && this.#fd !== undefined && fstatSync(this.#fd).nlink === 0) this.#close(this.#fd);
    if (this.#fd === undefined) {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#fd = openSync(this.#path, 'a', 0o600);
    }
    return this.#fd;
  }

  #close(fd: number): void {
    this.#fd = undefined;
    closeSync(fd);
  }

  #warn(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    const warning = `tickline: cannot write ${this.#path} (${messageOf(error)}); going on without it\n`;
    try {
      writeSync(2, warning);
    } catch {
      // Standard error is closed too: there is nobody left to tell.
    }
  }
}
