// The stack that is put to the test: `./tickline run` with ports, a book and a folder of its own, under load.

import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BookNotFoundError, bookPath } from '@tickline/price-book';
import { attachBook, type StackBook } from '../../src/monitoring/stack-book.ts';
import type { Summary } from '../../src/orchestrator/summary.ts';
import { SqliteOrderReader } from '../../src/order-store/sqlite/sqlite-order-reader.ts';
import { PARENT_VARIABLE, withTimeout } from '../../src/platform/lifecycle.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { unusedPort } from '../testing/unused-port.ts';
import { StackFailedError } from './errors.ts';
import type { ProcessName } from './plan.ts';

export const HOST = '127.0.0.1';
export const STRATEGY = 'crossover';
/** Shares: a strategy that trades holds so many, long or short. */
export const QUANTITY = 10;

const MAIN = path.join(PROJECT_ROOT, 'src', 'main.ts');
const RATE = 20_000;
/** The news turns often, so that orders are under way all the time. */
const NEWS_MS = 10;
/** Ticks of ten seconds and more: no reader is overtaken while it is away. */
const RING = 2 ** 18;
const START_MS = 30_000;
const END_MS = 60_000;
const POLL_MS = 5;
const OUTPUT_SHOWN = 2_000;

export class Stack {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tickline-chaos-'));
  readonly bookName = `chaos-${process.pid}`;
  readonly ordersDb = path.join(this.folder, 'orders.sqlite');
  readonly outbox = path.join(this.folder, `orders.sqlite.${STRATEGY}.outbox`);
  readonly pricePort: number;
  readonly orderPort: number;
  readonly #newsPort: number;
  #run: ChildProcess | undefined;
  #ended: Promise<number> | undefined;
  #book: StackBook | undefined;
  #record: SqliteOrderReader | undefined;

  static async open(): Promise<Stack> {
    return new Stack(await unusedPort(), await unusedPort(), await unusedPort());
  }

  private constructor(pricePort: number, newsPort: number, orderPort: number) {
    this.pricePort = pricePort;
    this.#newsPort = newsPort;
    this.orderPort = orderPort;
  }

  /** Starts all processes, and returns when orders are recorded. @throws StackFailedError */
  async start(): Promise<void> {
    const output = fs.openSync(path.join(this.folder, 'output'), 'w', 0o600);
    const run = spawn(process.execPath, [MAIN, 'run', '--no-config', ...this.#words()], {
      stdio: ['ignore', output, output],
      detached: true, // so that Ctrl-C comes to it by close(), in order
      env: { ...process.env, [PARENT_VARIABLE]: String(process.pid) }, // should this process die, it ends too
    });
    fs.closeSync(output);
    this.#run = run;
    this.#ended = new Promise((resolve) => {
      run.once('error', () => resolve(1));
      run.once('exit', (status) => resolve(status ?? 1));
    });
    await this.until('orders are recorded', START_MS, () => this.#records());
  }

  /** The book; there is one from start() on. */
  get book(): StackBook {
    if (!this.#book) throw new StackFailedError('the stack has no price book: start it first');
    return this.#book;
  }

  get record(): SqliteOrderReader {
    this.#record ??= SqliteOrderReader.openReadOnly(this.ordersDb);
    return this.#record;
  }

  pidOf(name: ProcessName): number {
    return this.book.counter(`${name}.pid`);
  }

  /** Looks until something is so. @throws StackFailedError after `limitMs`, or when the run has ended by itself */
  async until(what: string, limitMs: number, isSo: () => boolean): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (!isSo()) {
      if (performance.now() > deadline)
        throw new StackFailedError(`${what}: not within ${Math.round(limitMs)} ms`);
      if (this.#run?.exitCode !== null) throw new StackFailedError(`the run has ended: ${this.#said()}`);
      await sleep(POLL_MS);
    }
  }

  /** Ends the run in order, and gives its own account of it. @throws StackFailedError */
  async finish(): Promise<Summary> {
    this.#run?.kill('SIGTERM');
    const status = await withTimeout(this.#ended ?? Promise.resolve(1), END_MS);
    if (status !== 0) throw new StackFailedError(`the run ended with status ${status}: ${this.#said()}`);
    return JSON.parse(fs.readFileSync(path.join(this.folder, 'summary.json'), 'utf8'));
  }

  /** Ends whatever runs, and removes all of it; `keepFolder`: but the logs and the record. */
  async close(keepFolder: boolean): Promise<void> {
    this.#record?.close();
    if (this.#run?.exitCode === null && this.#ended) {
      this.#run.kill('SIGTERM');
      if ((await withTimeout(this.#ended, END_MS)) === undefined) {
        this.#run.kill('SIGKILL'); // the kernel tells its processes to end
        await this.#ended;
      }
    }
    fs.rmSync(bookPath(this.bookName), { force: true });
    if (!keepFolder) fs.rmSync(this.folder, { recursive: true, force: true });
  }

  #words(): string[] {
    const { pricePort, orderPort, bookName, ordersDb, folder } = this;
    return [
      ...['--price-port', String(pricePort), '--news-port', String(this.#newsPort)],
      ...['--order-port', String(orderPort), '--book', bookName],
      ...['--orders-db', ordersDb, '--log-dir', folder],
      ...['--loop', '--rate', String(RATE), '--news-every', `${NEWS_MS}ms`],
      ...['--ring', String(RING), '--quantity', String(QUANTITY), '--strategy-name', STRATEGY],
    ];
  }

  #records(): boolean {
    try {
      this.#book ??= attachBook(this.bookName);
    } catch (error) {
      if (error instanceof BookNotFoundError) return false;
      throw error;
    }
    return this.#book.counter('strategy.ordersFilled') > 0;
  }

  #said(): string {
    return fs.readFileSync(path.join(this.folder, 'output'), 'utf8').slice(-OUTPUT_SHOWN);
  }
}
