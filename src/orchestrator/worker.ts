// One process of the stack, kept alive: started, watched, started again when it dies, ended when it is time.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { PARENT_VARIABLE, withTimeout } from '../platform/lifecycle.ts';
import { PROJECT_ROOT } from '../platform/project-root.ts';
import { RUN_ID, RUN_ID_VARIABLE } from '../platform/run-id.ts';
import type { CommandName } from '../settings/options.ts';

/** How a process came to its end. */
export interface Exit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface WorkerHandler {
  /** It died and is started again after `pauseMs`. */
  onRestart(name: string, exit: Exit, pauseMs: number): void;
  /** It ended by itself with status 0: its work is done. */
  onFinished(name: string): void;
  /** It is not started again: why, and the exit status that says whether trying again can help. */
  onGivenUp(name: string, reason: string, exitStatus: 1 | 2): void;
  /** It did not end when it was told to. */
  onKilled(name: string): void;
}

const MAIN = path.join(PROJECT_ROOT, 'src', 'main.ts');
/** What ends with this status would end so again: a wrong option, a port in use. */
const STATUS_FUTILE = 2;
const PAUSE_MS_MIN = 50;
const PAUSE_MS_MAX = 2_000;
/** So many deaths, none after living for LONG_LIFE_MS, are enough; SIGKILL comes from outside, and is no fault. */
const DEATHS_MAX = 6;
const LONG_LIFE_MS = 5_000;
const END_MS = 8_000;

export class Worker {
  readonly name: CommandName;
  /** How often it was started again. */
  restarts = 0;
  readonly #argumentsNow: () => readonly string[];
  readonly #handler: WorkerHandler;
  #child: ChildProcess | undefined;
  #exited: Promise<Exit> = Promise.resolve({ status: 0, signal: null });
  #startedAt = 0;
  #deaths = 0;
  #stopping = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param argumentsNow the command line, asked for at every start */
  constructor(name: CommandName, argumentsNow: () => readonly string[], handler: WorkerHandler) {
    this.name = name;
    this.#argumentsNow = argumentsNow;
    this.#handler = handler;
  }

  /** Its process id; undefined when it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it; it is started again whenever it dies, until stop(). */
  start(): void {
    this.#startedAt = performance.now();
    const child = spawn(process.execPath, [MAIN, ...this.#argumentsNow()], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, [PARENT_VARIABLE]: String(process.pid), [RUN_ID_VARIABLE]: RUN_ID },
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

  /** Asks it to end, kills it if it does not, and resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    this.#child?.kill('SIGTERM');
    if ((await withTimeout(this.#exited, END_MS)) !== undefined) return;
    this.#handler.onKilled(this.name);
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }

  #onExit(exit: Exit): void {
    this.#child = undefined;
    if (this.#stopping) return;
    const isNoFault = exit.signal === 'SIGKILL' || performance.now() - this.#startedAt > LONG_LIFE_MS;
    this.#deaths = isNoFault ? 1 : this.#deaths + 1;
    if (exit.status === 0) this.#handler.onFinished(this.name);
    else if (exit.status === STATUS_FUTILE) this.#giveUp('it cannot start, see its message above', 2);
    else if (this.#deaths >= DEATHS_MAX) this.#giveUp(`it died ${DEATHS_MAX} times in a row`, 1);
    else this.#restartLater(exit);
  }

  #restartLater(exit: Exit): void {
    const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** (this.#deaths - 1));
    this.#handler.onRestart(this.name, exit, pauseMs);
    this.#timer = setTimeout(() => this.#startAgain(), pauseMs);
  }

  #startAgain(): void {
    this.restarts++;
    this.start();
  }

  #giveUp(reason: string, exitStatus: 1 | 2): void {
    this.#stopping = true;
    this.#handler.onGivenUp(this.name, reason, exitStatus);
  }
}
