// The Orchestrator: starts the processes of a stack, restarts those that die, and stops them in order. The
// run does not need the dashboard, which only reads.
//
//    start    order-manager, orderbook ──▶ strategy ──▶ gateway      each when those before it are ready
//    stop     gateway ──▶ (ticks and orders in flight arrive) ──▶ orderbook ──▶ strategy ──▶ order-manager

import { messageOf } from '../platform/errors.ts';
import { HeldMemory } from '../platform/held-memory.ts';
import { RUN_STOPS_SIGNAL } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { orderHostOf } from '../security/order-access.ts';
import { listedSymbols } from '../settings/feed-types.ts';
import { type LimitSettings, withoutLimits } from '../settings/limits.ts';
import type { RunFiles } from '../settings/run-folder.ts';
import { argumentsFor, forStrategy, type RunSettings } from '../settings/settings.ts';
import { descriptorOf, STANDARD_INPUT } from '../settings/standard-input.ts';
import { accepts } from '../transport/ports.ts';
import {
  DRAIN_LIMITS,
  type DrainLimits,
  drain,
  LOSSLESS_DRAIN_LIMITS,
  LOSSLESS_STOP_LIMITS,
  NO_DRAIN,
} from './drain.ts';
import {
  FailedAtStopError,
  RunFailedError,
  StoppedFromOutsideError,
  type SummaryMismatchError,
} from './errors.ts';
import { LimitsFile } from './limits-file.ts';
import { untilReady } from './readiness.ts';
import type { Exit } from './restart-policy.ts';
import { RunBook } from './run-book.ts';
import type { RunPorts } from './run-ports.ts';
import { RunSummary } from './run-summary.ts';
import { STOP_MS, Worker, type WorkerHandler } from './worker.ts';

const READY_MS = 60_000;
const MS_PER_S = 1_000;
/** A signal to all processes of a run, as systemd sends it, reaches the orchestrator within this time. */
const SIGNAL_TO_ALL_MS = 500;
/** How long the end of a run may last before the log says what it waits for. */
const QUIET_DRAIN_MS = 5_000;

type StackSettings = RunSettings & RunFiles;

export class Orchestrator implements WorkerHandler {
  readonly #settings: StackSettings;
  readonly #log: Log;
  readonly #book: RunBook;
  readonly #summary: RunSummary;
  readonly #limits: LimitsFile;
  readonly #orderManager: Worker;
  readonly #orderBook: Worker;
  readonly #strategy: Worker;
  readonly #gateway: Worker;
  /** Undefined without --dashboard. */
  readonly #dashboard: Worker | undefined;
  /** Aborted by stop(), so that start() starts no more processes. */
  readonly #stopping = new AbortController();
  #finish: (reason: string) => void = () => {};
  /** Whether a process has done its work. */
  #hasFinished = false;
  /** Whether nothing evaluates ticks any more. */
  #isStrategyLost = false;
  #fail: (error: Error) => void = () => {};

  /** Set by stop() when a process did not end well. */
  failureAtStop: FailedAtStopError | RunFailedError | undefined;

  /** Resolves with the reason when a process has done its work; rejects when the run cannot continue. */
  readonly over: Promise<string>;

  /** @throws LimitsFileError, and what opening an order record can throw */
  constructor(settings: StackSettings, ports: RunPorts, log: Log) {
    this.#settings = settings;
    this.#log = log;
    this.#book = new RunBook(settings.stack);
    this.#summary = new RunSummary(settings, log);
    this.over = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    const ofProcesses = { ...forStrategy(settings), duration: undefined }; // the orchestrator stops them
    const ofReaders = { ...ofProcesses, symbols: listedSymbols(settings.symbols) };
    this.#limits = new LimitsFile(settings.logDir);
    this.#limits.write(settings);
    this.#orderManager = new Worker('order-manager', () => this.#managerArguments(ofProcesses), this, [
      ports.orders,
    ]);
    this.#orderBook = new Worker('orderbook', () => argumentsFor('orderbook', ofReaders), this, [], {
      memory: new HeldMemory(),
    });
    this.#strategy = new Worker('strategy', () => argumentsFor('strategy', ofReaders), this);
    // A descriptor of this process becomes standard input of the Gateway.
    const stdin = descriptorOf(settings.data);
    const data = stdin === undefined ? settings.data : STANDARD_INPUT;
    this.#gateway = new Worker(
      'gateway',
      () => argumentsFor('gateway', { ...ofProcesses, data, resume: this.#gateway.restarts > 0 }),
      this,
      [ports.prices, ports.news],
      { memory: new HeldMemory(), stdin },
    );
    if (settings.dashboard)
      this.#dashboard = new Worker(
        'dashboard',
        () => argumentsFor('dashboard', ofProcesses),
        this,
        ports.dashboard,
      );
  }

  /**
   * Starts each process when those that it needs are ready.
   * @throws NotReadyError, AbortError after stop()
   */
  async start(): Promise<void> {
    const { host, orderPort, newsPort } = this.#settings;
    const patience = { timeoutMs: READY_MS, signal: this.#stopping.signal };
    this.#dashboard?.start(); // shows the start of the others
    this.#orderManager.start();
    this.#orderBook.start();
    this.#strategy.start(); // connects to the other two when they are ready
    await untilReady('order-manager', patience, () => accepts(orderHostOf(this.#settings), orderPort));
    await untilReady('orderbook', patience, () => this.#book.isWrittenBy(this.#orderBook.pid));
    await untilReady('strategy', patience, () => this.#book.isReadBy(this.#strategy.pid));
    this.#gateway.start();
    await untilReady('gateway', patience, () => accepts(host, newsPort));
    const ms = Math.round(this.#summary.ms);
    this.#log.info(
      { event: 'ready', ms, logDir: this.#settings.logDir },
      `all processes are ready after ${ms} ms; logs in ${this.#settings.logDir}`,
    );
  }

  /** Passes changed limits to the OrderManager, which logs the changes. */
  setLimits(limits: LimitSettings | undefined): void {
    if (limits === undefined) return;
    try {
      this.#limits.write(limits);
      this.#orderManager.signal('SIGHUP');
    } catch (error) {
      this.#log.error({ event: 'reload-failed', reason: messageOf(error) }, messageOf(error));
    }
  }

  /**
   * Stops the processes in the order in which ticks flow, so that what was sent is applied, traded and
   * recorded.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const worker of this.#workers) worker.signal(RUN_STOPS_SIGNAL);
    await this.#gateway.stop(() => this.#book.current?.counter('gateway.ticksPublished') ?? 0);
    const timer = setTimeout(() => this.#logDraining(), QUIET_DRAIN_MS);
    const left = await drain(this.#book, () => this.#drainLimits);
    clearTimeout(timer);
    if (left !== undefined && !this.#isStrategyLost)
      this.#log.warn(
        { event: 'work-left', left },
        `the processes did not finish their work in time: ${left}`,
      );
    await this.#orderBook.stop();
    await this.#strategy.stop();
    await this.#orderManager.stop();
    await this.#dashboard?.stop();
  }

  get #workers(): Worker[] {
    const traders = [this.#gateway, this.#orderBook, this.#strategy, this.#orderManager];
    return this.#dashboard === undefined ? traders : [...traders, this.#dashboard];
  }

  #logDraining(): void {
    this.#log.info(
      { event: 'draining' },
      'waiting until all that was sent is evaluated and answered; a second Ctrl-C exits immediately',
    );
  }

  /** Prints the summary of the run. Call it after stop(). Returns what does not add up. */
  summarise(): SummaryMismatchError | undefined {
    const restarts = this.#workers.map(({ name, restarts }) => [name, restarts]);
    return this.#summary.publish(this.#book.current, Object.fromEntries(restarts));
  }

  get isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  onRestart(name: string, { status, signal }: Exit, pauseMs: number, note?: string): void {
    const how = signal ?? `status ${status}`;
    const advice = note === undefined ? '' : `; ${note}`;
    this.#log.warn(
      { event: 'restart', worker: name, how, pauseMs },
      `${name} died (${how}); restarting it in ${pauseMs} ms${advice}`,
    );
  }

  /** The end of a lossless run waits for processes that stall, unless one was given up. */
  get #drainLimits(): DrainLimits {
    if (this.#isStrategyLost) return NO_DRAIN;
    if (!this.#settings.lossless || this.failureAtStop !== undefined) return DRAIN_LIMITS;
    return this.#hasFinished ? LOSSLESS_DRAIN_LIMITS : LOSSLESS_STOP_LIMITS;
  }

  onFinished(name: string): void {
    if (name === this.#dashboard?.name) return;
    if (name !== this.#gateway.name || this.#book.current?.counter('gateway.ended') !== 1) {
      setTimeout(() => this.#onStoppedFromOutside(name), SIGNAL_TO_ALL_MS).unref();
      return;
    }
    this.#hasFinished = true;
    this.#finish('the data has ended');
  }

  #onStoppedFromOutside(name: string): void {
    if (!this.isStopping) this.#fail(new StoppedFromOutsideError(name));
  }

  onGivenUp(name: string, reason: string, exitStatus: 1 | 2): void {
    if (name === this.#strategy.name) this.#isStrategyLost = true;
    if (name !== this.#dashboard?.name) {
      const error = new RunFailedError(name, reason, exitStatus);
      this.failureAtStop ??= error; // the run may be stopping already
      this.#fail(error);
      return;
    }
    this.#log.warn(
      { event: 'no-dashboard', reason },
      `gave up on the dashboard, the run continues: ${reason}`,
    );
  }

  onKilled(name: string): void {
    this.#log.warn(
      { event: 'killed', worker: name },
      `${name} did not stop within ${STOP_MS / MS_PER_S} s; killed it`,
    );
  }

  /** The run ends with this error if no other ends it. */
  onFailedAtStop(name: string, status: number): void {
    if (name !== this.#dashboard?.name) this.failureAtStop ??= new FailedAtStopError(name, status);
  }

  #managerArguments(settings: RunSettings): string[] {
    try {
      this.#limits.ensure();
    } catch (error) {
      this.#log.error({ event: 'no-limits-file', reason: messageOf(error) }, messageOf(error));
    }
    return argumentsFor('order-manager', withoutLimits(settings), this.#limits.path);
  }
}
