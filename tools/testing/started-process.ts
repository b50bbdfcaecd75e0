// A process of a stack: started in its own process group, watched until it exits.

import { spawn } from 'node:child_process';
import type { Exit } from '../../src/orchestrator/restart-policy.ts';
import { codeOf, TicklineError } from '../../src/platform/errors.ts';
import { withTimeout } from '../../src/platform/timeout.ts';
import { isStopped, processesOfGroup } from './proc.ts';
import type { ProcessOutput } from './process-output.ts';

const STOP_TIMEOUT_MS = 8_000;

/** A program could not be started. */
export class ProcessStartError extends TicklineError {
  constructor(name: string, program: string) {
    super(`cannot start ${name}: expected the program ${program}; install it, or check the path`);
  }
}

/** What to start. */
interface Command {
  readonly name: string;
  /** The program and its words. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

export class StartedProcess {
  readonly name: string;
  readonly pid: number;
  /** Set once it has exited and its output is complete. */
  exit: Exit | undefined;
  readonly exited: Promise<Exit>;
  /** Whether its starter has asked it to exit. */
  isStopping = false;
  readonly #output: ProcessOutput;

  /** @throws ProcessStartError */
  constructor({ name, command: [program, ...words], folder, env }: Command, output: ProcessOutput) {
    const { stdio } = output;
    // Its own group: Ctrl-C reaches only the starter, and all that the process starts can be killed with it.
    const child = spawn(program, words, { cwd: folder, env, stdio, detached: true });
    child.on('error', () => {}); // there is no process id then
    output.attach(child);
    if (child.pid === undefined) throw new ProcessStartError(name, program);
    this.name = name;
    this.pid = child.pid;
    this.#output = output;
    this.exited = new Promise((resolve) => {
      child.once('close', (status, signal) => {
        this.exit = { status, signal };
        resolve(this.exit);
      });
    });
  }

  get stdout(): string {
    return this.#output.stdout;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  /** The complete lines of stdout so far. */
  get lines(): string[] {
    return this.stdout.split('\n').slice(0, -1);
  }

  /** Its live process group: itself, and what it started. */
  get group(): number[] {
    return processesOfGroup(this.pid);
  }

  /** Whether a SIGSTOP has stopped it. */
  get isStopped(): boolean {
    return isStopped(this.pid);
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** Sends `signal`, and kills its group if it has not exited after `timeoutMs`. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', timeoutMs = STOP_TIMEOUT_MS): Promise<Exit> {
    this.isStopping = true;
    if (!this.exit) this.#send(this.pid, signal);
    return this.waitForExit(timeoutMs);
  }

  /** Waits until it exits by itself, and kills its group if it has not after `timeoutMs`. */
  async waitForExit(timeoutMs = STOP_TIMEOUT_MS): Promise<Exit> {
    const exit = await withTimeout(this.exited, timeoutMs);
    if (!exit) this.killGroup();
    return exit ?? this.exited;
  }

  /** Kills it and all that it started. */
  killGroup(): void {
    this.isStopping = true;
    if (this.group.length > 0) this.#send(-this.pid, 'SIGKILL');
  }

  #send(target: number, signal: NodeJS.Signals): void {
    try {
      process.kill(target, signal);
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error; // it has exited
    }
  }
}
