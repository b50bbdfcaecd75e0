// Child processes for tests: each ends with the test, with this process, or when its time is over.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const WATCHDOG_MS = 60_000;

/** A script of this folder that runs. */
export class WatchedProcess {
  readonly pid: number;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #script: string;
  readonly #exited: Promise<unknown[]>;

  constructor(t: TestContext, script: string, args: readonly (string | number)[], watchdogMs = WATCHDOG_MS) {
    const file = fileURLToPath(new URL(script, import.meta.url));
    this.#script = script;
    this.#process = spawn(process.execPath, [file, ...args.map(String)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: watchdogMs,
      killSignal: 'SIGKILL',
    });
    this.#process.stdin.on('error', () => {}); // it may be gone before we say so
    this.pid = this.#process.pid ?? 0;
    this.#exited = once(this.#process, 'exit');
    this.#lines = readline.createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    t.after(() => this.kill());
  }

  /** The next line that it prints, read as JSON. */
  async says(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#script} ended without an answer`);
    return JSON.parse(value);
  }

  tell(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  /** Ends its input, which all scripts here take as the end. Resolves when it is gone. */
  async end(): Promise<void> {
    this.#process.stdin.end();
    await this.#exited;
  }

  /** Resolves when it is gone, with the signal that ended it. */
  async gone(): Promise<unknown> {
    const [, signal] = await this.#exited;
    return signal;
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}
