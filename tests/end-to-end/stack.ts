// Real processes for tests: on ports, a book and a folder of their own, and gone when the test ends, also when it fails.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { BookNotFoundError, bookFiles } from '@tickline/price-book';
import type { CounterName } from '../../src/monitoring/counter-table.ts';
import { attachBook, type StackBook } from '../../src/monitoring/stack-book.ts';
import type { Summary } from '../../src/orchestrator/summary.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import { SqliteOrderReader } from '../../src/order-store/sqlite/sqlite-order-reader.ts';
import { PARENT_VARIABLE } from '../../src/platform/lifecycle.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { type CommandName, flagOf, type Key, keysOf } from '../../src/settings/options.ts';
import { accepts } from '../../src/transport/ports.ts';
import { unusedPort } from '../../tools/testing/unused-port.ts';
import { until } from './until.ts';

/** The processes of a stack, by their commands. */
export type ProcessName = 'gateway' | 'orderbook' | 'strategy' | 'order-manager';

export const HOST = '127.0.0.1';
const MAIN = path.join(PROJECT_ROOT, 'src', 'main.ts');
/** As in ./tickline. */
const COMPILE_CACHE = path.join(PROJECT_ROOT, 'node_modules', '.cache', 'node');
/** The end of everything that a test starts, should the test itself be killed. */
const WATCHDOG = '5m';
const SHOWN_CHARACTERS = 3_000;

/** How a process ended. */
export interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that was started by a test, in a process group with all that it starts. */
export class Started {
  readonly pid: number;
  stdout = '';
  stderr = '';
  /** Set when it has ended and all that it printed is here. */
  end: End | undefined;
  readonly ended: Promise<End>;

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.pid = child.pid ?? 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (status, signal) => {
        this.end = { status, signal };
        resolve(this.end);
      });
    });
  }

  /** Its process group: itself, and what it started, without the dead that nobody has buried. */
  get group(): number[] {
    return processesOfGroup(this.pid);
  }

  /** Whether a SIGSTOP has reached it. */
  get isStopped(): boolean {
    return statOf(this.pid)[0] === 'T';
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** Kills it and all that it started. */
  killGroup(): void {
    if (this.group.length === 0) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // The last of them has just ended.
    }
  }
}

/** A stack of one test. Its processes are started one by one, or all by `run`. */
export class Stack {
  readonly folder = fs.mkdtempSync(path.join(tmpdir(), 'tickline-test-'));
  readonly book = `test-${path.basename(this.folder).slice(-6)}-${process.pid}`;
  readonly ordersDb = path.join(this.folder, 'orders.sqlite');
  readonly pricePort: number;
  readonly newsPort: number;
  readonly orderPort: number;
  readonly dashboardPort: number;
  readonly started: Started[] = [];
  #attached: StackBook | undefined;

  /** A stack of which nothing runs yet; all of it is gone after the test. */
  static async of(t: TestContext): Promise<Stack> {
    const ports = [await unusedPort(), await unusedPort(), await unusedPort(), await unusedPort()] as const;
    const stack = new Stack(ports);
    stacks.add(stack);
    t.after(() => stack.destroy());
    return stack;
  }

  private constructor(ports: readonly [number, number, number, number]) {
    [this.pricePort, this.newsPort, this.orderPort, this.dashboardPort] = ports;
  }

  /** Starts a command with what is this stack's own, and `options`. */
  start(command: CommandName, ...options: readonly string[]): Started {
    return this.startUnder([], command, ...options);
  }

  /** The same as the last words of another command, which becomes it: `env NAME=VALUE`, say. */
  startUnder(wrapper: readonly string[], command: CommandName, ...options: readonly string[]): Started {
    return this.#spawn([...wrapper, process.execPath, MAIN, ...this.argumentsOf(command), ...options]);
  }

  /** As start(), with options for Node itself: `--trace-gc`, say. */
  startWith(nodeOptions: readonly string[], command: CommandName, ...options: readonly string[]): Started {
    return this.#spawn([process.execPath, ...nodeOptions, MAIN, ...this.argumentsOf(command), ...options]);
  }

  /** What start() begins with: the command, and what is this stack's own. */
  argumentsOf(command: CommandName): string[] {
    const { ordersDb, folder: logDir } = this;
    return [command, ...this.#ownOptions(command, { ordersDb, logDir })];
  }

  /** As start(), but its files go where they go by themselves, in the stack's folder. */
  startInFolder(command: CommandName, ...options: readonly string[]): Started {
    return this.#spawn([process.execPath, MAIN, command, ...this.#ownOptions(command), ...options]);
  }

  #spawn([program, ...args]: readonly string[]): Started {
    const { NODE_TEST_CONTEXT, [PARENT_VARIABLE]: _, ...env } = process.env;
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new Started(child);
    this.started.push(started);
    return started;
  }

  /** Waits for something, and shows what the processes said when it does not come. */
  async until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs?: number): Promise<void> {
    await until(what, holds, { timeoutMs, show: () => this.#said() });
  }

  /** Waits until it has ended; a process that does not is an error. */
  async untilEnded(started: Started, timeoutMs?: number): Promise<End> {
    await this.until('the process ends', () => started.end !== undefined, timeoutMs);
    return started.ended;
  }

  /** The book as it is now, or as it was last; undefined before the first. */
  get attached(): StackBook | undefined {
    if (this.#attached && !this.#attached.replaced) return this.#attached;
    try {
      this.#attached = attachBook(this.book);
    } catch (error) {
      if (!(error instanceof BookNotFoundError)) throw error;
    }
    return this.#attached;
  }

  /** 0 before there is a book. */
  counter(name: CounterName): number {
    return this.attached?.counter(name) ?? 0;
  }

  /** Waits until somebody listens on one of its ports. */
  async untilServed(port: number): Promise<void> {
    await this.until(`somebody listens on port ${port}`, () => accepts(HOST, port));
  }

  /** Whether a process of this name has begun to write its log. */
  hasLog(name: ProcessName): boolean {
    return fs.existsSync(path.join(this.folder, `${name}.log`));
  }

  /** Waits until all four are connected to each other. */
  async untilConnected(): Promise<void> {
    await this.until(
      'the OrderBook is a client of the prices',
      () => this.counter('gateway.priceClients') === 1,
    );
    await this.until('the Strategy is a client of the news', () => this.counter('gateway.newsClients') === 1);
    await this.until('the Strategy reads the book', () => this.attached?.readers().length === 1);
    await this.until(
      'the Strategy is a client of the orders',
      () => this.counter('order-manager.clients') === 1,
    );
  }

  /** What the orchestrator left beside the logs. */
  summary(): Summary {
    return JSON.parse(fs.readFileSync(path.join(this.folder, 'summary.json'), 'utf8'));
  }

  /** All recorded orders; none while there is no record. */
  orders(): RecordedOrder[] {
    if (!fs.existsSync(this.ordersDb)) return [];
    const record = SqliteOrderReader.openReadOnly(this.ordersDb);
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

  /** What should not be there once all have ended: processes, files in /dev/shm, ports that somebody serves. */
  async leftovers(): Promise<string[]> {
    const ports = [this.pricePort, this.newsPort, this.orderPort, this.dashboardPort];
    const served = await Promise.all(ports.map((port) => accepts(HOST, port)));
    return [
      ...this.started.flatMap(({ group }) => group).map((pid) => `process ${pid}`),
      ...bookFiles(this.book),
      ...ports.filter((_, index) => served[index]).map((port) => `port ${port}`),
    ];
  }

  /** Ends and removes all at once. */
  async destroy(): Promise<void> {
    for (const started of this.started) started.killGroup();
    await Promise.all(this.started.map(({ ended }) => ended));
    this.removeFiles();
    stacks.delete(this);
  }

  removeFiles(): void {
    for (const file of bookFiles(this.book)) fs.rmSync(file, { force: true });
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  #ownOptions(command: CommandName, places: Partial<Record<Key, string>> = {}): string[] {
    const { pricePort, newsPort, orderPort, dashboardPort, book } = this;
    const own: Partial<Record<Key, string | number>> = {
      ...places,
      pricePort,
      newsPort,
      orderPort,
      dashboardPort,
      book,
      duration: WATCHDOG,
      fsync: 'off', // a disk that others keep busy may take half a minute for one
    };
    return keysOf(command).flatMap((key) => (own[key] === undefined ? [] : [flagOf(key), String(own[key])]));
  }

  #said(): string {
    return this.started
      .map(({ pid, stdout, stderr }) => `process ${pid}:\n${(stdout + stderr).slice(-SHOWN_CHARACTERS)}`)
      .join('\n');
  }
}

/** Those that are not destroyed yet: a test run that is interrupted takes them along. */
const stacks = new Set<Stack>();

process.on('exit', () => {
  for (const stack of stacks) {
    for (const started of stack.started) started.killGroup();
    stack.removeFiles();
  }
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

function processesOfGroup(group: number): number[] {
  const all = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((pid) => {
    const [state, , itsGroup] = statOf(pid);
    return Number(itsGroup) === group && state !== 'Z' && state !== 'X';
  });
}

/** The fields of /proc/<pid>/stat from the state on, of which the name before may hold anything; none when it is gone. */
export function statOf(pid: number): string[] {
  try {
    return fs
      .readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return [];
  }
}
