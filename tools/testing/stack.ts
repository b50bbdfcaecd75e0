// Starts the real processes of a stack for tests, chaos runs, benchmarks and the film: on unused ports, with a price book
// and a folder that no other stack has. All of it is gone after close(), and when this process exits without it.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BookNotFoundError, bookFiles } from '@tickline/price-book';
import type { CounterName } from '../../src/monitoring/counter-table.ts';
import { attachBook, type StackBook } from '../../src/monitoring/stack-book.ts';
import type { Exit } from '../../src/orchestrator/restart-policy.ts';
import type { Summary } from '../../src/orchestrator/summary.ts';
import { RecordReader } from '../../src/order-store/record-reader.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import { TicklineError } from '../../src/platform/errors.ts';
import { PARENT_VARIABLE } from '../../src/platform/lifecycle.ts';
import { NODE_FLAGS } from '../../src/platform/node-flags.ts';
import { liveProcesses } from '../../src/platform/process-registry.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { type CommandName, keysOf } from '../../src/settings/options.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { accepts } from '../../src/transport/ports.ts';
import { type OptionValues, optionWords } from './option-words.ts';
import { until } from './poll.ts';
import { FileOutput, PipedOutput } from './process-output.ts';
import { type StackPorts, stackPorts } from './stack-ports.ts';
import { StartedProcess } from './started-process.ts';

/** The processes of a stack, by their commands. */
export type ProcessName = 'gateway' | 'orderbook' | 'strategy' | 'order-manager';

/** The program of every command. */
export const MAIN = path.join(PROJECT_ROOT, 'src', 'main.ts');
/** The same as in ./tickline. */
const COMPILE_CACHE = path.join(PROJECT_ROOT, 'node_modules', '.cache', 'node');
const LAST_CHARACTERS = 3_000;
const LAST_LINES = 3;
/** After SIGKILL. */
const EXIT_MS = 10_000;
/** The same, while this process exits. */
const KILLED_MS = 1_000;
const KILLED_POLL_MS = 5;

/** A process exited while it was needed. */
export class ProcessExitedError extends TicklineError {
  constructor(started: StartedProcess, { status, signal }: Exit) {
    const { name } = started;
    super(`${name} exited (${signal ?? `status ${status}`}), expected it to run on: ${lastLines(started)}`);
  }
}

export interface StackOptions {
  /** What the names of its folder and its book begin with. */
  readonly prefix: string;
  /**
   * Whether its processes are measured or observed: they exit when this process dies, one that fails ends every wait with
   * an error, and close() lets each stop in order. Tests, which kill processes on purpose, do without.
   */
  readonly supervised: boolean;
  /** Whether output is kept in this process, or in files of the stack's folder. */
  readonly output: 'memory' | 'files';
  /** Options for each command that has them. */
  readonly commandOptions?: OptionValues;
  /** Used where they are free. */
  readonly preferredPorts?: StackPorts;
  readonly bookName?: string | undefined;
  /** Ends every wait. */
  readonly signal?: AbortSignal;
}

/** Started one process at a time, or all together by the command `run`. */
export class Stack implements AsyncDisposable {
  readonly folder: string;
  readonly bookName: string;
  readonly ordersDb: string;
  readonly pricePort: number;
  readonly newsPort: number;
  readonly orderPort: number;
  readonly dashboardPort: number;
  readonly processes: StartedProcess[] = [];
  readonly #options: StackOptions;
  readonly #failure = new AbortController();
  readonly #signal: AbortSignal;
  #book: StackBook | undefined;

  /** A stack of which no process runs yet. @throws NoUnusedPortError */
  static async open(options: StackOptions): Promise<Stack> {
    const stack = new Stack(await stackPorts(options.preferredPorts), options);
    openStacks.add(stack);
    return stack;
  }

  private constructor(ports: StackPorts, options: StackOptions) {
    const { prefix, bookName, signal } = options;
    this.#options = options;
    this.folder = fs.mkdtempSync(path.join(tmpdir(), `tickline-${prefix}-`));
    const unique = path.basename(this.folder).slice(-6);
    this.bookName = bookName ?? `${prefix}-${process.pid}-${unique}`;
    this.ordersDb = path.join(this.folder, 'orders.sqlite');
    this.pricePort = ports.pricePort;
    this.newsPort = ports.newsPort;
    this.orderPort = ports.orderPort;
    this.dashboardPort = ports.dashboardPort;
    this.#signal = AbortSignal.any([this.#failure.signal, ...(signal ? [signal] : [])]);
  }

  /** Starts a command with this stack's ports, book and files, and further words. */
  start(command: CommandName, ...words: readonly string[]): StartedProcess {
    return this.startUnder([], command, ...words);
  }

  /** start() as the last words of another command that becomes it: `env NAME=VALUE`, say. */
  startUnder(wrapper: readonly string[], command: CommandName, ...words: readonly string[]): StartedProcess {
    return this.spawn(command, [
      ...wrapper,
      process.execPath,
      ...NODE_FLAGS,
      MAIN,
      ...this.argumentsOf(command),
      ...words,
    ]);
  }

  /** start() with options for Node itself: `--trace-gc`, say. */
  startWith(options: readonly string[], command: CommandName, ...words: readonly string[]): StartedProcess {
    return this.spawn(command, [
      process.execPath,
      ...NODE_FLAGS,
      ...options,
      MAIN,
      ...this.argumentsOf(command),
      ...words,
    ]);
  }

  /** start(), but its files go where they go by default: into the folder that it runs in, which is the stack's. */
  startInFolder(command: CommandName, ...words: readonly string[]): StartedProcess {
    return this.spawn(command, [
      process.execPath,
      ...NODE_FLAGS,
      MAIN,
      command,
      ...this.#wordsFor(command, {}),
      ...words,
    ]);
  }

  /** What start() begins with: the command, and the options for this stack's ports, book and files. */
  argumentsOf(command: CommandName): string[] {
    const { ordersDb, folder: logDir } = this;
    return [command, ...this.#wordsFor(command, { ordersDb, logDir })];
  }

  /** Starts any program, in the stack's folder. @throws ProcessStartError */
  spawn(name: string, command: readonly string[]): StartedProcess {
    const { supervised, output } = this.#options;
    const { NODE_TEST_CONTEXT, [PARENT_VARIABLE]: _, ...inherited } = process.env;
    const parent = supervised ? { [PARENT_VARIABLE]: String(process.pid) } : {};
    const env = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...inherited, ...parent };
    const sink =
      output === 'memory'
        ? new PipedOutput()
        : new FileOutput(this.folder, `${this.processes.length + 1}-${name}`);
    const started = new StartedProcess({ name, command, folder: this.folder, env }, sink);
    this.processes.push(started);
    if (supervised) void this.#failWith(started);
    return started;
  }

  /** Polls a condition; the error after `timeoutMs`, a minute by default, shows what the processes printed. */
  async until(condition: string, holds: () => boolean | Promise<boolean>, timeoutMs?: number): Promise<void> {
    await until(condition, holds, { timeoutMs, signal: this.#signal, details: () => this.#printed() });
  }

  /** Lets the processes run. @throws ProcessExitedError */
  async runFor(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal }).catch(() => this.#signal.throwIfAborted());
  }

  /** Waits until it has exited and its output is complete. @throws ConditionTimeoutError */
  async untilExited(started: StartedProcess, timeoutMs?: number): Promise<Exit> {
    await this.until(`${started.name} exits`, () => started.exit !== undefined, timeoutMs);
    return started.exited;
  }

  /** Waits until a process listens on the port. */
  async untilServed(port: number): Promise<void> {
    await this.until(`a process listens on port ${port}`, () => accepts(LOOPBACK, port));
  }

  /** Waits until the price book is ready. */
  async untilBook(): Promise<StackBook> {
    await this.until('the price book is ready', () => this.book?.header.ready === true);
    return this.book as StackBook;
  }

  /** The price book as it is now or was last; undefined before the first. */
  get book(): StackBook | undefined {
    if (this.#book && !this.#book.replaced) return this.#book;
    try {
      this.#book = attachBook(this.bookName);
    } catch (error) {
      if (!(error instanceof BookNotFoundError)) throw error;
    }
    return this.#book;
  }

  /** 0 before there is a book. */
  counter(name: CounterName): number {
    return this.book?.counter(name) ?? 0;
  }

  /** The summary that the orchestrator wrote beside the logs. */
  summary(): Summary {
    return JSON.parse(fs.readFileSync(path.join(this.folder, 'summary.json'), 'utf8'));
  }

  /** All recorded orders; none before there is a record. */
  orders(): RecordedOrder[] {
    if (!fs.existsSync(this.ordersDb)) return [];
    const record = RecordReader.open(this.ordersDb);
    try {
      return [...record.orders()];
    } finally {
      record.close();
    }
  }

  /** Writes a file into the stack's folder and returns its path. */
  file(name: string, text: string): string {
    const file = path.join(this.folder, name);
    fs.writeFileSync(file, text);
    return file;
  }

  /** What must not be there once all processes have exited: processes, files in /dev/shm, ports in use. */
  async leftovers(): Promise<string[]> {
    const ports = [this.pricePort, this.newsPort, this.orderPort, this.dashboardPort];
    const served = await Promise.all(ports.map((port) => accepts(LOOPBACK, port)));
    return [
      ...this.processes.flatMap(({ group }) => group).map((pid) => `process ${pid}`),
      ...bookFiles(this.bookName),
      ...ports.filter((_, index) => served[index]).map((port) => `port ${port}`),
    ];
  }

  /**
   * Stops or kills all processes, and removes all files; `keepFolder` leaves those of the folder.
   * @throws ConditionTimeoutError when a process outlives SIGKILL
   */
  async close({ keepFolder = false } = {}): Promise<void> {
    for (const started of this.processes.toReversed()) {
      if (this.#options.supervised) await started.stop();
      started.killGroup(); // also what it started and left behind
    }
    try {
      await until('every process exits', () => this.processes.every(({ exit }) => exit !== undefined), {
        timeoutMs: EXIT_MS,
      });
    } finally {
      this.#removeFiles(keepFolder);
      openStacks.delete(this);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** close() for a process that is exiting, and cannot wait. */
  abandon(): void {
    for (const started of this.processes) started.killGroup();
    for (let waited = 0; waited < KILLED_MS && this.#isRegistered(); waited += KILLED_POLL_MS) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, KILLED_POLL_MS);
    }
    this.#removeFiles(false);
  }

  #removeFiles(keepFolder: boolean): void {
    for (const file of bookFiles(this.bookName)) fs.rmSync(file, { force: true });
    liveProcesses(); // removes the entries of killed processes
    if (!keepFolder) fs.rmSync(this.folder, { recursive: true, force: true });
  }

  #isRegistered(): boolean {
    return liveProcesses().some(({ stack }) => stack === this.bookName);
  }

  #wordsFor(command: CommandName, files: OptionValues): string[] {
    const { pricePort, newsPort, orderPort, dashboardPort, bookName: stack } = this;
    const own = { pricePort, newsPort, orderPort, dashboardPort, stack, ...files };
    const values: OptionValues = { ...this.#options.commandOptions, ...own };
    const known = keysOf(command).filter((key) => values[key] !== undefined);
    return optionWords(Object.fromEntries(known.map((key) => [key, values[key]])));
  }

  async #failWith(started: StartedProcess): Promise<void> {
    const exit = await started.exited;
    if (started.isStopping || exit.status === 0) return; // a Gateway exits when its data ends
    this.#failure.abort(new ProcessExitedError(started, exit));
  }

  #printed(): string {
    const shown = this.#options.supervised ? lastLines : lastCharacters;
    return this.processes.map((one) => `${one.name}, process ${one.pid}:\n${shown(one)}`).join('\n');
  }
}

function lastLines({ stdout, stderr }: StartedProcess): string {
  return `${stdout}${stderr}`.trim().split('\n').slice(-LAST_LINES).join('\n');
}

function lastCharacters({ stdout, stderr }: StartedProcess): string {
  return `${stdout}${stderr}`.slice(-LAST_CHARACTERS);
}

const openStacks = new Set<Stack>();

/** Closes every open stack: for a tool that is interrupted. */
export async function closeStacks(): Promise<void> {
  await Promise.all([...openStacks].map((stack) => stack.close()));
}

process.on('exit', () => {
  for (const stack of openStacks) stack.abandon();
});
