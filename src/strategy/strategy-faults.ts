// Ends the process with one line for whatever a strategy does that its interface does not allow.

import type { TickBatch } from '@tickline/price-book';
import { StrategyHookError } from '../domain/strategies/strategy-errors.ts';
import { isIn, placeOf, thrownText } from '../platform/place-in-file.ts';
import { traceFetch } from '../platform/traced-fetch.ts';
import { hookFailure, StrategyExitError, StrategyFailedError } from './strategy-errors.ts';

const STATUS_FAILED = 1;
const STATUS_USAGE = 2;

/** Evaluates ticks with the strategy. */
interface TickEvaluator {
  /** Returns the row that it stopped at. */
  onTicks(ticks: TickBatch, from: number): number;
}

/** Watches one strategy from before it is loaded until end(). */
export class StrategyFaults {
  /** Rejects with the first failure: of the strategy, of a lossless run, or of a name that another process keeps. */
  readonly failed: Promise<never>;
  readonly #file: string | undefined;
  readonly #command: string;
  /** What reported the errors that nobody caught before. */
  #others: readonly NodeJS.UncaughtExceptionListener[] = [];
  /** The first failure. */
  error: Error | undefined;
  #reject: (error: Error) => void = () => {};
  readonly #onRejection = (reason: unknown) =>
    this.#onStray('a promise was rejected, and nothing handled it', reason);
  readonly #onException = (error: Error) => this.#onStray('it threw outside of its hooks', error);
  readonly #onExit = (status: number) => this.#explainExit(status);

  /** @param file undefined for the crossover @param command whose line it is when the file ends the process */
  constructor(file: string | undefined, command: 'strategy' | 'backtest') {
    this.#file = file;
    this.#command = command;
    this.failed = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.failed.catch(() => {}); // it may reject after the process was asked to stop
    if (file === undefined) return;
    traceFetch();
    this.#others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('unhandledRejection', this.#onRejection);
    process.on('uncaughtException', this.#onException);
    process.on('exit', this.#onExit);
  }

  /**
   * Calls into the strategy. Returns `otherwise` when a hook fails, and without a call once one has failed: the
   * process is about to stop.
   */
  guard<T>(call: () => T, otherwise: T): T {
    if (this.error) return otherwise;
    try {
      return call();
    } catch (thrown) {
      this.#take(thrown);
      return otherwise;
    }
  }

  /** The same for the ticks of a batch from row `from` on, without a closure for each batch. */
  guardTicks(evaluator: TickEvaluator, ticks: TickBatch, from: number): number {
    if (this.error) return from;
    try {
      return evaluator.onTicks(ticks, from);
    } catch (thrown) {
      this.#take(thrown);
      return from;
    }
  }

  /** Ends the call that guard() or guardTicks() makes, once something has failed within it. @throws the failure */
  requireNone(): void {
    if (this.error) throw this.error;
  }

  /** Stops watching: the process ends by itself, or goes on without the strategy. */
  end(): void {
    process.removeListener('unhandledRejection', this.#onRejection);
    process.removeListener('uncaughtException', this.#onException);
    process.removeListener('exit', this.#onExit);
    for (const report of this.#others) process.on('uncaughtException', report);
    this.#others = [];
  }

  /** Stops the process with this error. */
  fail(error: Error): void {
    this.error ??= error;
    this.#reject(error);
  }

  /** What a guarded call threw. */
  #take(thrown: unknown): void {
    if (thrown === this.error) return; // by requireNone()
    if (!(thrown instanceof StrategyHookError)) throw thrown;
    this.fail(hookFailure(this.#file, thrown));
  }

  /** An error that does not come from the file is reported as any other of this process. */
  #onStray(what: string, thrown: unknown): void {
    if (thrown instanceof Error && !isIn(thrown.stack ?? '', this.#file)) {
      for (const report of this.#others) report(thrown, 'uncaughtException');
      process.exit(STATUS_FAILED);
    }
    this.fail(
      new StrategyFailedError(
        this.#file,
        `${what}: ${thrownText(thrown)}${placeOf(thrown, this.#file)}`,
        thrown,
      ),
    );
  }

  /** The orchestrator takes exit status 0 for the end of the data. */
  #explainExit(status: number): void {
    const { stack = '' } = new Error();
    const isOfFile = isIn(stack, this.#file);
    if (!isOfFile && status !== 0) return;
    const place = isOfFile ? placeOf(new Error(), this.#file) : '';
    const error = new StrategyExitError(this.#file ?? '', status, place);
    console.error(`tickline ${this.#command}: ${error.message}`);
    process.exitCode = STATUS_USAGE;
  }
}
