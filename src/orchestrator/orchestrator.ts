// The Orchestrator: starts the four processes, keeps them alive, ends them in order, and says what came of it. With
// --dashboard it starts a fifth, which only looks on: the run does not need it.
//
//    start    order-manager, orderbook ──▶ strategy ──▶ gateway      each when those before it are ready
//    end      gateway ──▶ (what is under way arrives) ──▶ orderbook ──▶ strategy ──▶ order-manager

import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BookNotFoundError, PriceBookError, requireFreeBook } from '@tickline/price-book';
import { haltTexts, NO_HALTS } from '../domain/risk/halts.ts';
import { attachBook, type StackBook } from '../monitoring/stack-book.ts';
import { KillSwitch } from '../order-store/kill-switch.ts';
import type { OrderTotals } from '../order-store/order-store.ts';
import { SqliteOrderReader } from '../order-store/sqlite/sqlite-order-reader.ts';
import { messageOf, TicklineError } from '../platform/errors.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { writePrivate } from '../platform/private-file.ts';
import { orderHostOf, requireGuardedOrderPort } from '../security/order-access.ts';
import { listedSymbols } from '../settings/feed-types.ts';
import { type LimitSettings, withoutLimits } from '../settings/limits.ts';
import { type RunPlaces, recordOfLastRun, runPlaces } from '../settings/paths.ts';
import { processLog } from '../settings/process-log.ts';
import { Reload } from '../settings/reload.ts';
import { argumentsFor, type RunSettings } from '../settings/settings.ts';
import { LOOPBACK } from '../transport/loopback.ts';
import { accepts, freePort } from '../transport/ports.ts';
import { LimitsFile } from './limits-file.ts';
import { untilReady } from './readiness.ts';
import { type Summary, summarise } from './summary.ts';
import { summaryLines } from './summary-text.ts';
import { type Exit, Worker, type WorkerHandler } from './worker.ts';

const READY_MS = 20_000;
/**
 * How long what is under way has to arrive, at the end, and how long nothing may move meanwhile: on a busy machine a
 * process may stand still for a second or two.
 */
const DRAIN_MS = 10_000;
const DRAIN_STILL_MS = 3_000;
const DRAIN_POLL_MS = 10;

/** A run that could not go on. */
export class RunFailedError extends TicklineError {
  readonly #exitStatus: 1 | 2;

  constructor(message: string, exitStatus: 1 | 2) {
    super(message);
    this.#exitStatus = exitStatus;
  }

  override get exitStatus(): 1 | 2 {
    return this.#exitStatus;
  }
}

/**
 * Runs the whole stack until the feed is over, the duration is, or somebody stops it.
 * @throws OpenOrderPortError, ListenError, BookInUseError before anything is started: half a stack would meddle with the one that runs
 * @throws LimitsFileError, KillSwitchError, RunFailedError
 */
export async function runStack(given: RunSettings, readAgain: () => RunSettings): Promise<void> {
  await requireGuardedOrderPort(given);
  const ports = await freePorts(given);
  requireFreeBook(given.book);
  const lastRun = recordOfLastRun();
  const settings = { ...given, ...runPlaces(given), ...ports };
  const log = processLog('orchestrator', { ...settings, quiet: false }, true);
  const reload = new Reload(given, readAgain, log);
  const stop = stopRequested(settings.duration, () => orchestrator.setLimits(reload.read()));
  if (given.ordersDb === undefined && lastRun !== undefined) keepHalts(lastRun, settings.ordersDb, log);
  const orchestrator = new Orchestrator(settings, log);
  const started = orchestrator.start();
  const reason = await Promise.race([stop, orchestrator.over, started.then(() => stop)]).catch(
    (error) => error,
  );
  log.info({ event: 'stopping' }, `stopping: ${reason instanceof Error ? reason.message : reason}`);
  await orchestrator.stop();
  orchestrator.summarise();
  if (reason instanceof Error) throw reason;
}

type StackSettings = RunSettings & RunPlaces;

class Orchestrator implements WorkerHandler {
  readonly #settings: StackSettings;
  readonly #log: Log;
  readonly #startedAt = performance.now();
  readonly #recordedBefore: OrderTotals;
  readonly #limits: LimitsFile;
  readonly #orderManager: Worker;
  readonly #orderBook: Worker;
  readonly #strategy: Worker;
  readonly #gateway: Worker;
  /** Undefined when it was not asked for. */
  readonly #dashboard: Worker | undefined;
  /** Aborted by stop(): a start that is under way starts nothing more. */
  readonly #stopping = new AbortController();
  #attached: StackBook | undefined;
  #finish: (reason: string) => void = () => {};
  #fail: (error: Error) => void = () => {};

  /** Resolves when the feed is over; rejects when the run cannot go on. */
  readonly over: Promise<string>;

  constructor(settings: StackSettings, log: Log) {
    this.#settings = settings;
    this.#log = log;
    this.#recordedBefore = totalsOf(settings.ordersDb);
    this.over = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    const ofStack = { ...settings, duration: undefined }; // the orchestrator ends them
    const ofReaders = { ...ofStack, symbols: listedSymbols(settings.symbols) };
    this.#limits = new LimitsFile(settings.logDir);
    this.#limits.write(settings);
    this.#orderManager = new Worker('order-manager', () => this.#argumentsOfManager(ofStack), this);
    this.#orderBook = new Worker('orderbook', () => argumentsFor('orderbook', ofReaders), this);
    this.#strategy = new Worker('strategy', () => argumentsFor('strategy', ofReaders), this);
    this.#gateway = new Worker(
      'gateway',
      () => argumentsFor('gateway', { ...ofStack, resume: this.#gateway.restarts > 0 }),
      this,
    );
    if (settings.dashboard)
      this.#dashboard = new Worker('dashboard', () => argumentsFor('dashboard', ofStack), this);
  }

  /** Starts each process when those that it needs are ready. @throws NotReadyError, AbortError once stop() is called */
  async start(): Promise<void> {
    const { host, orderPort, newsPort } = this.#settings;
    const patience = { timeoutMs: READY_MS, signal: this.#stopping.signal };
    this.#dashboard?.start(); // it shows what it waits for
    this.#orderManager.start();
    this.#orderBook.start();
    this.#strategy.start(); // it looks for the other two until they are there
    await untilReady('order-manager', patience, () => accepts(orderHostOf(this.#settings), orderPort));
    await untilReady('orderbook', patience, () => this.#bookIsReady());
    await untilReady('strategy', patience, () => this.#strategyReads());
    this.#gateway.start();
    await untilReady('gateway', patience, () => accepts(host, newsPort));
    const ms = Math.round(performance.now() - this.#startedAt);
    this.#log.info(
      { event: 'ready', ms, logDir: this.#settings.logDir },
      `all processes are ready after ${ms} ms; logs in ${this.#settings.logDir}`,
    );
  }

  /** Hands limits that have changed to the OrderManager, which says what is new. */
  setLimits(limits: LimitSettings | undefined): void {
    if (limits === undefined) return;
    try {
      this.#limits.write(limits);
      this.#orderManager.signal('SIGHUP');
    } catch (error) {
      this.#log.error({ event: 'reload-failed', reason: messageOf(error) }, messageOf(error));
    }
  }

  /** Ends the processes in the order of the ticks' way, so that what was sent is applied, seen, traded and recorded. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#gateway.stop();
    await this.#drain();
    await this.#orderBook.stop();
    await this.#strategy.stop();
    await this.#orderManager.stop();
    await this.#dashboard?.stop();
  }

  /** Prints the account of the run, and leaves it beside the logs. */
  summarise(): void {
    if (!this.#book || !fs.existsSync(this.#settings.ordersDb)) return;
    const summary = summarise({
      seconds: (performance.now() - this.#startedAt) / 1000,
      book: this.#book,
      record: this.#settings.ordersDb,
      recordedBefore: this.#recordedBefore,
      restarts: this.#restarts(),
    });
    for (const line of summaryLines(summary)) this.#log.plain(line);
    this.#writeSummary(summary);
  }

  onRestart(name: string, { status, signal }: Exit, pauseMs: number): void {
    const how = signal ?? `status ${status}`;
    this.#log.warn(
      { event: 'restart', worker: name, how, pauseMs },
      `${name} died (${how}), starting it again in ${pauseMs} ms`,
    );
  }

  onFinished(name: string): void {
    if (name === this.#dashboard?.name) return;
    this.#finish(`${name} has ended: its work is done, or somebody told it to`);
  }

  onGivenUp(name: string, reason: string, exitStatus: 1 | 2): void {
    if (name === this.#dashboard?.name) {
      this.#log.warn(
        { event: 'no-dashboard', reason },
        `the dashboard is given up, the run goes on: ${reason}`,
      );
      return;
    }
    this.#fail(new RunFailedError(`${name} is given up: ${reason}`, exitStatus));
  }

  onKilled(name: string): void {
    this.#log.warn(
      { event: 'killed', worker: name },
      `${name} did not end when it was told to, and was killed`,
    );
  }

  #argumentsOfManager(settings: RunSettings): string[] {
    try {
      this.#limits.keep();
    } catch (error) {
      this.#log.error({ event: 'no-limits-file', reason: messageOf(error) }, messageOf(error));
    }
    return argumentsFor('order-manager', withoutLimits(settings), this.#limits.path);
  }

  #bookIsReady(): boolean {
    try {
      const book = attachBook(this.#settings.book);
      if (!book.header.ready || book.header.writerPid !== this.#orderBook.pid) return false;
      this.#attached = book;
      return true;
    } catch (error) {
      if (error instanceof BookNotFoundError) return false;
      throw error;
    }
  }

  /** The book as it is now, also after a damaged one was made anew; the last one when there is none. */
  get #book(): StackBook | undefined {
    if (!this.#attached?.replaced) return this.#attached;
    try {
      this.#attached = attachBook(this.#settings.book);
    } catch (error) {
      if (!(error instanceof PriceBookError)) throw error;
    }
    return this.#attached;
  }

  #strategyReads(): boolean {
    return this.#book?.readers().some(({ pid }) => pid === this.#strategy.pid) ?? false;
  }

  /** Waits until all ticks sent are seen and all orders answered, as long as something moves. */
  async #drain(): Promise<void> {
    const started = performance.now();
    let last = '';
    let movedAt = started;
    while (this.#book) {
      const now = performance.now();
      const { ticks, isThrough } = this.#underWay(this.#book);
      if (ticks !== last) movedAt = now;
      last = ticks;
      if (isThrough || now - movedAt > DRAIN_STILL_MS || now - started > DRAIN_MS) return;
      await sleep(DRAIN_POLL_MS);
    }
  }

  #underWay(book: StackBook): { ticks: string; isThrough: boolean } {
    const sent = book.counter('gateway.ticksSent');
    const applied = book.counter('orderbook.ticksApplied');
    const missed = book.counter('orderbook.ticksMissed');
    const seen = book.counter('strategy.ticksSeen');
    const lapped = book.counter('strategy.ticksLapped');
    const ordered = book.counter('strategy.ordersSent');
    const answered = book.counter('strategy.ordersFilled') + book.counter('strategy.ordersRejected');
    return {
      ticks: `${sent} ${applied} ${missed} ${seen} ${lapped} ${ordered} ${answered}`,
      isThrough: applied + missed >= sent && seen + lapped >= applied && answered >= ordered,
    };
  }

  #restarts(): Record<string, number> {
    const workers = [this.#gateway, this.#orderBook, this.#strategy, this.#orderManager];
    if (this.#dashboard) workers.push(this.#dashboard);
    return Object.fromEntries(workers.map(({ name, restarts }) => [name, restarts]));
  }

  #writeSummary(summary: Summary): void {
    const file = path.join(this.#settings.logDir, 'summary.json');
    try {
      writePrivate(file, `${JSON.stringify(summary, null, 2)}\n`);
    } catch (error) {
      this.#log.warn({ event: 'no-summary-file', err: error }, `cannot write ${file}`);
    }
  }
}

/**
 * Port 0 is any free port: the processes have to be told the same one, and a dashboard that is started again too. A
 * dashboard's port that is taken is its own affair. @throws ListenError
 */
async function freePorts({
  host,
  orderHost = host,
  pricePort,
  newsPort,
  orderPort,
  dashboardPort,
}: RunSettings) {
  return {
    pricePort: await freePort(host, pricePort, '--price-port'),
    newsPort: await freePort(host, newsPort, '--news-port'),
    orderPort: await freePort(orderHost, orderPort, '--order-port'),
    dashboardPort: dashboardPort || (await freePort(LOOPBACK, 0, '--dashboard-port')),
  };
}

/** A halt lasts until `resume`, and so into the next run, which has a new record. @throws KillSwitchError */
function keepHalts(lastRun: string, record: string, log: Log): void {
  const halts = new KillSwitch(record).copyHaltsFrom(new KillSwitch(lastRun)) ?? NO_HALTS;
  const texts = haltTexts(halts);
  if (texts.length === 0) return;
  log.warn(
    { event: 'halted', halts: texts },
    `halted as in the last run: ${texts.join(', ')}; see ./tickline resume`,
  );
}

function totalsOf(file: string): OrderTotals {
  if (!fs.existsSync(file)) return { orders: 0, filled: 0, rejected: 0 };
  const record = SqliteOrderReader.openReadOnly(file);
  try {
    return record.totals();
  } finally {
    record.close();
  }
}
