// Child processes for tests. Each is killed at the end of the test, when this process dies, or when its time is over.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const WATCHDOG_MS = 60_000;

/** A running script of this folder. */
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
    this.#process.stdin.on('error', () => {}); // it may exit before it is told anything
    this.pid = this.#process.pid ?? 0;
    this.#exited = once(this.#process, 'exit');
    this.#lines = readline.createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    t.after(() => this.kill());
  }

  /** The next line that it prints, read as JSON. */
  async nextLine(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#script} exited without an answer`);
    return JSON.parse(value);
  }

  send(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  /** Closes its input, on which all scripts exit. Resolves when it has exited. */
  async closeInput(): Promise<void> {
    this.#process.stdin.end();
    await this.#exited;
  }

  /** Resolves when it has exited, with the signal that killed it. */
  async exitSignal(): Promise<unknown> {
    const [, signal] = await this.#exited;
    return signal;
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}
