// Where the output of a started process goes: into this process, or into files.

import type { ChildProcess, StdioOptions } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** What a process has printed so far. */
export interface ProcessOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** For spawn(). */
  readonly stdio: StdioOptions;
  /** Called once, with the process that was started with `stdio`. */
  attach(child: ChildProcess): void;
}

/** Read through pipes as it is printed: for tests, which look at it often. */
export class PipedOutput implements ProcessOutput {
  readonly stdio = ['ignore', 'pipe', 'pipe'] satisfies StdioOptions;
  stdout = '';
  stderr = '';

  attach(child: ChildProcess): void {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }
}

/** Kept in files: for measurements, because then no reader competes with the process for the CPU. */
export class FileOutput implements ProcessOutput {
  readonly stdio: StdioOptions;
  readonly #files: readonly [stdout: string, stderr: string];
  readonly #fds: readonly number[];

  /** @param name of the process, for `<name>.out` and `<name>.err` in `folder` */
  constructor(folder: string, name: string) {
    this.#files = [path.join(folder, `${name}.out`), path.join(folder, `${name}.err`)];
    this.#fds = this.#files.map((file) => fs.openSync(file, 'a', 0o600));
    this.stdio = ['ignore', ...this.#fds];
  }

  attach(): void {
    for (const fd of this.#fds) fs.closeSync(fd);
  }

  get stdout(): string {
    return fs.readFileSync(this.#files[0], 'utf8');
  }

  get stderr(): string {
    return fs.readFileSync(this.#files[1], 'utf8');
  }
}
