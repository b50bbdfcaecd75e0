// The real processes of the stack, for a benchmark: on free ports, with a book and a folder of their own, gone afterwards.

import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BookNotFoundError, bookPath } from '@tickline/price-book';
import { attachBook, type StackBook } from '../../src/monitoring/stack-book.ts';
import { untilReady } from '../../src/orchestrator/readiness.ts';
import { TicklineError } from '../../src/platform/errors.ts';
import { PARENT_VARIABLE, withTimeout } from '../../src/platform/lifecycle.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { type CommandName, flagOf, type Key } from '../../src/settings/options.ts';
import { accepts } from '../../src/transport/ports.ts';
import { unusedPort } from '../testing/unused-port.ts';

const MAIN = path.join(PROJECT_ROOT, 'src', 'main.ts');
const HOST = '127.0.0.1';
const READY_MS = 20_000;
const END_MS = 8_000;

/** A process of a benchmark ended before it should. */
export class ProcessEndedError extends TicklineError {}

/** Options as they stand on the command line; true is a switch. */
export type Flags = Partial<Record<Key, string | number | true>>;

let stacks = 0;
const open = new Set<Stack>();

/** Ends what runs: for a benchmark that is broken off. */
export async function closeStacks(): Promise<void> {
  await Promise.all([...open].map((stack) => stack.close()));
}

/** Processes that belong together. `close()` ends them, last started first. */
export class Stack {
  readonly bookName = `bench-${process.pid}-${++stacks}`;
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tickline-bench-'));
  readonly pricePort: number;
  readonly newsPort: number;
  readonly orderPort: number;
  readonly #children: { name: string; child: ChildProcess }[] = [];
  readonly #sockets: net.Socket[] = [];
  #closing = false;
  /** Aborted, with the error, when a process ends before it should. */
  readonly #death = new AbortController();

  static async open(): Promise<Stack> {
    return new Stack([await unusedPort(), await unusedPort(), await unusedPort()]);
  }

  private constructor([pricePort, newsPort, orderPort]: number[]) {
    this.pricePort = pricePort;
    this.newsPort = newsPort;
    this.orderPort = orderPort;
    open.add(this);
  }

  /** Starts a process of the stack; returns its process id. Ports, book and files are this stack's own. */
  start(command: CommandName, flags: Flags = {}): number {
    const { bookName, pricePort, newsPort, orderPort, folder } = this;
    const places: Record<string, Flags> = {
      gateway: { book: bookName, pricePort, newsPort },
      orderbook: { book: bookName, pricePort },
      strategy: { book: bookName, newsPort, orderPort, outbox: path.join(folder, 'outbox') },
      dashboard: { book: bookName, newsPort, orderPort },
      'order-manager': { book: bookName, orderPort, ordersDb: path.join(folder, 'orders.sqlite') },
    };
    const all: Flags = { ...places[command], logDir: folder, ...flags };
    const words = (Object.keys(all) as Key[]).flatMap((key) =>
      all[key] === true ? [flagOf(key)] : [flagOf(key), String(all[key])],
    );
    return this.run(command, process.execPath, [MAIN, command, '--no-config', ...words]);
  }

  /**
   * Starts any program; its output goes to a file of the stack's folder, whose end an error shows.
   * @returns its process id
   * @throws ProcessEndedError when there is no such program
   */
  run(name: string, file: string, args: readonly string[]): number {
    const output = path.join(this.folder, `${name}.out`);
    const fd = fs.openSync(output, 'a');
    const child = spawn(file, args, {
      stdio: ['ignore', fd, fd],
      env: { ...process.env, [PARENT_VARIABLE]: String(process.pid) },
    });
    fs.closeSync(fd);
    const died = (how: string) => {
      if (this.#closing) return;
      const said = fs.readFileSync(output, 'utf8').trim().split('\n').slice(-3).join('\n');
      this.#death.abort(new ProcessEndedError(`${name} ended (${how}) while it was measured: ${said}`));
    };
    child.once('error', (error) => died(error.message));
    child.once('exit', (status, signal) => {
      if (status !== 0) died(signal ?? `status ${status}`); // a Gateway ends well when its feed is over
    });
    if (child.pid === undefined) throw new ProcessEndedError(`${name} cannot be started: is ${file} there?`);
    this.#children.push({ name, child });
    return child.pid;
  }

  /** Whether a process has not ended yet. */
  runs(name: string): boolean {
    return this.#children.some((entry) => entry.name === name && entry.child.exitCode === null);
  }

  /** The whole lines that a program has printed so far. */
  linesOf(name: string): string[] {
    const printed = fs.readFileSync(path.join(this.folder, `${name}.out`), 'utf8');
    return printed.split('\n').slice(0, -1);
  }

  /** Waits. @throws ProcessEndedError as soon as a process ends */
  async pass(ms: number): Promise<void> {
    const { signal } = this.#death;
    await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  /** Waits until something is so. @throws NotReadyError, ProcessEndedError */
  async until(what: string, isReady: () => Promise<boolean> | boolean, timeoutMs = READY_MS): Promise<void> {
    await untilReady(what, { timeoutMs, signal: this.#death.signal }, isReady);
  }

  /** The book, once it is ready. */
  async attach(): Promise<StackBook> {
    let book: StackBook | undefined;
    await this.until('orderbook', () => {
      book = this.#open();
      return book !== undefined;
    });
    return book as StackBook;
  }

  /** Waits until a port is served. */
  async listening(name: string, port: number): Promise<void> {
    await this.until(name, () => accepts(HOST, port));
  }

  /** Listens to the news and throws it away: a lossless Gateway waits for somebody who does. */
  holdNews(): void {
    const socket = net.connect({ host: HOST, port: this.newsPort });
    socket.on('error', () => {});
    socket.on('connect', () => socket.write('RESUME,0,0*'));
    socket.resume();
    this.#sockets.push(socket);
  }

  /** Ends one process. */
  stop(name: string): Promise<void> {
    return this.ends(name, 'SIGTERM');
  }

  /** Lets one process end by itself, or asks it to; after a while it is made to. */
  async ends(name: string, signal?: NodeJS.Signals): Promise<void> {
    const at = this.#children.findIndex((entry) => entry.name === name);
    const [{ child }] = this.#children.splice(at, 1);
    child.removeAllListeners('exit');
    await end(child, signal);
  }

  async close(): Promise<void> {
    this.#closing = true;
    open.delete(this);
    for (const socket of this.#sockets) socket.destroy();
    for (const { child } of this.#children.reverse()) await end(child, 'SIGTERM');
    fs.rmSync(this.folder, { recursive: true, force: true });
    fs.rmSync(bookPath(this.bookName), { force: true });
  }

  #open(): StackBook | undefined {
    try {
      const book = attachBook(this.bookName);
      return book.header.ready ? book : undefined;
    } catch (error) {
      if (error instanceof BookNotFoundError) return undefined;
      throw error;
    }
  }
}

/** Runs `body` with a stack that is closed whatever happens. */
export async function withStack<T>(body: (stack: Stack) => Promise<T>): Promise<T> {
  const stack = await Stack.open();
  try {
    return await body(stack);
  } finally {
    await stack.close();
  }
}

async function end(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise<true>((resolve) => child.once('exit', () => resolve(true)));
  if (signal) child.kill(signal);
  if ((await withTimeout(exited, END_MS)) === undefined) {
    child.kill('SIGKILL');
    await exited;
  }
}
