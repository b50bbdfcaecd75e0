// One process of the stack: started, restarted when it dies, and stopped.

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import path from 'node:path';
import { type HeldMemory, namesMemory } from '../platform/held-memory.ts';
import { PARENT_VARIABLE, STOP_SIGNAL } from '../platform/lifecycle.ts';
import { NODE_FLAGS } from '../platform/node-flags.ts';
import { PROJECT_ROOT } from '../platform/project-root.ts';
import { RUN_ID, RUN_ID_VARIABLE } from '../platform/run-id.ts';
import { withTimeout } from '../platform/timeout.ts';
import type { CommandName } from '../settings/options.ts';
import { type HeldPort, handDown } from '../transport/held-port.ts';
import { type Exit, RestartPolicy } from './restart-policy.ts';

export interface WorkerHandler {
  /** Whether the run stops. */
  readonly isStopping: boolean;
  /** It died, and is restarted after `pauseMs`. `note` says what to look at, when it keeps dying. */
  onRestart(name: string, exit: Exit, pauseMs: number, note?: string): void;
  /** It exited by itself with status 0: its work is done. */
  onFinished(name: string): void;
  /** It is not restarted. Exit status 2 means that a retry cannot help. */
  onGivenUp(name: string, reason: string, exitStatus: 1 | 2): void;
  /** It did not stop within STOP_MS, and gets a SIGKILL. */
  onKilled(name: string): void;
  /** It stopped when asked to, with an exit status other than 0. */
  onFailedAtStop(name: string, status: number): void;
}

// A package that was installed from npm has main.js instead.
const MAIN = path.join(PROJECT_ROOT, 'src', `main${path.extname(import.meta.filename)}`);
/** The exit status of a UsageError. */
const STATUS_USAGE = 2;
/** What stops a run, and may go to all of its processes. */
const STOPS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Time from STOP_SIGNAL to SIGKILL. */
export const STOP_MS = 8_000;

export class Worker {
  readonly name: CommandName;
  restarts = 0;
  readonly #currentArguments: () => readonly string[];
  readonly #handler: WorkerHandler;
  readonly #ports: readonly HeldPort[];
  readonly #memory: HeldMemory | undefined;
  readonly #stdin: number | 'ignore';
  #child: ChildProcess | undefined;
  #exited: Promise<Exit> = Promise.resolve({ status: 0, signal: null });
  readonly #policy = new RestartPolicy();
  #startedAt = 0;
  #stopping = false;
  #restartTimer: NodeJS.Timeout | undefined;

  /**
   * @param currentArguments makes the command line, at every start
   * @param ports the ports that it serves, held until it has exited for the last time
   * @param inherited what it knows when it is restarted, and the descriptor that it reads as standard input
   */
  constructor(
    name: CommandName,
    currentArguments: () => readonly string[],
    handler: WorkerHandler,
    ports: readonly HeldPort[] = [],
    { memory, stdin }: { readonly memory?: HeldMemory; readonly stdin?: number | undefined } = {},
  ) {
    this.name = name;
    this.#currentArguments = currentArguments;
    this.#handler = handler;
    this.#ports = ports;
    this.#memory = memory;
    this.#stdin = stdin ?? 'ignore';
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it, and restarts it whenever it dies, until stop(). */
  start(): void {
    this.#startedAt = performance.now();
    const { stdio, env } = this.#handedDown();
    const child = spawn(process.execPath, [...NODE_FLAGS, MAIN, ...this.#currentArguments()], {
      stdio,
      env: { ...process.env, ...env, [PARENT_VARIABLE]: String(process.pid), [RUN_ID_VARIABLE]: RUN_ID },
    });
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once('error', () => resolve({ status: 1, signal: null }));
      child.once('exit', (status, signal) => resolve({ status, signal }));
    });
    void this.#exited.then((exit) => this.#onExit(exit));
  }

  /** Sends it a signal, if it runs. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /**
   * Sends STOP_SIGNAL, and SIGKILL after STOP_MS. Resolves when it has exited.
   * @param progress its work so far: while that grows, it gets another STOP_MS
   */
  async stop(progress: () => number = () => 0): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restartTimer);
    const isRunning = this.#child?.kill(STOP_SIGNAL);
    let before: number;
    let exit: Exit | undefined;
    do {
      before = progress();
      exit = await withTimeout(this.#exited, STOP_MS);
    } while (exit === undefined && progress() > before);
    if (isRunning && exit?.status) this.#handler.onFailedAtStop(this.name, exit.status);
    if (exit !== undefined) {
      this.#releasePorts();
      return;
    }
    this.#handler.onKilled(this.name);
    this.#child?.kill('SIGKILL');
    await this.#exited;
    this.#releasePorts();
  }

  #handedDown(): { stdio: StdioOptions; env: Record<string, string> } {
    const { fds, env } = handDown(this.#ports);
    const stdio = [this.#stdin, 'inherit' as const, 'inherit' as const, ...fds];
    const memory = this.#memory;
    if (memory === undefined) return { stdio, env };
    return { stdio: [...stdio, memory.fd], env: { ...env, ...namesMemory(stdio.length) } };
  }

  #onExit(exit: Exit): void {
    this.#child = undefined;
    if (this.#stopping || this.#wasInterrupted(exit)) return;
    if (exit.status === 0) this.#finish();
    else if (exit.status === STATUS_USAGE) this.#giveUp('a restart cannot help, see its message above', 2);
    else this.#restartOrGiveUp(exit);
  }

  /** Ctrl-C goes to all processes of a terminal, and ends one that is starting, which has no work to finish. */
  #wasInterrupted({ signal }: Exit): boolean {
    return this.#handler.isStopping && this.restarts === 0 && signal !== null && STOPS.includes(signal);
  }

  #finish(): void {
    this.#releasePorts();
    this.#handler.onFinished(this.name);
  }

  /** From now on clients are refused, instead of waiting for a process that will not come. */
  #releasePorts(): void {
    for (const port of this.#ports) port.release();
  }

  #restartOrGiveUp(exit: Exit): void {
    const next = this.#policy.afterDeath(exit, performance.now() - this.#startedAt);
    if ('giveUp' in next) {
      this.#giveUp(next.giveUp, 1);
      return;
    }
    this.#handler.onRestart(this.name, exit, next.pauseMs, next.note);
    this.#restartTimer = setTimeout(() => this.#restart(), next.pauseMs);
  }

  #restart(): void {
    this.restarts++;
    this.start();
  }

  #giveUp(reason: string, exitStatus: 1 | 2): void {
    this.#stopping = true;
    this.#releasePorts();
    this.#handler.onGivenUp(this.name, reason, exitStatus);
  }
}
