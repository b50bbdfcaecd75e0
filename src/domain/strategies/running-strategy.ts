// A strategy while it runs: calls its hooks, checks their answers, and shows another thread where it is.

import { isNote } from '../order-note.ts';
import type { ExecutionReport } from '../orders.ts';
import { HOOKS, type Hook, newProgress, PROGRESS } from './progress.ts';
import { Signal } from './signals.ts';
import type { CreateStrategy, StrategyContext, Target, TradingStrategy } from './strategy.ts';
import {
  AsyncHookError,
  isPromise,
  StrategyHookError,
  UndeclaredIndicatorError,
  WrongNoteError,
  WrongSignalError,
  WrongTargetError,
} from './strategy-errors.ts';
import { checkStrategy } from './strategy-shape.ts';

const NONE = HOOKS.indexOf('none');
const ON_TICK = HOOKS.indexOf('onTick');
const OF_SYMBOL: readonly Hook[] = ['onTick', 'publish'];

/** Before start(). */
const NOT_STARTED: TradingStrategy = { onTick: () => 'keep' };

/** Every hook throws a StrategyHookError for whatever the strategy does wrong. */
export class RunningStrategy {
  readonly #create: CreateStrategy;
  readonly #progress: Int32Array;
  #strategy: TradingStrategy = NOT_STARTED;
  #context: StrategyContext | undefined;

  constructor(create: CreateStrategy, progress: Int32Array = newProgress()) {
    this.#create = create;
    this.#progress = progress;
  }

  /** Creates the strategy, a new one at each call, and starts it. */
  start(context: StrategyContext): void {
    this.#context = context;
    this.#strategy = this.#call('create', () => checkStrategy(this.#create(context)));
    this.#call('start', () => this.#strategy.start?.(context.symbols));
  }

  onTick(symbol: number, price: number, sentiment: number): Target {
    const progress = this.#progress;
    progress[PROGRESS.symbol] = symbol;
    progress[PROGRESS.calls]++;
    progress[PROGRESS.hook] = ON_TICK;
    let answer: Target;
    try {
      answer = this.#strategy.onTick(symbol, price, sentiment);
    } catch (thrown) {
      throw this.#failed('onTick', thrown);
    }
    progress[PROGRESS.hook] = NONE;
    if (typeof answer === 'number' ? Number.isFinite(answer) : answer === 'keep') return answer;
    throw this.#failed('onTick', new WrongTargetError(answer));
  }

  /** What the strategy says of the order that its last tick leads to; undefined for nothing. */
  noteOfOrder(): string | undefined {
    const note: unknown = this.#context?.note; // a strategy in JavaScript may set anything
    if (note === '' || note === undefined) return undefined;
    if (isNote(note)) return note;
    throw this.#failed('onTick', new WrongNoteError(note));
  }

  onNews(sentiment: number): void {
    if (this.#strategy.onNews) this.#call('onNews', () => this.#strategy.onNews?.(sentiment));
  }

  onReport(report: ExecutionReport): void {
    if (this.#strategy.onReport) this.#call('onReport', () => this.#strategy.onReport?.(report));
  }

  /** Whether the strategy has something to show. */
  get publishes(): boolean {
    return this.#strategy.publish !== undefined;
  }

  /**
   * What people are shown of a symbol: returns its signal, NaN for none.
   * @param values INDICATORS_MAX values to fill; NaN for one that is not known
   * @param declared how many of them the strategy has declared
   */
  publish(symbol: number, values: Float64Array, declared: number): number {
    values.fill(Number.NaN);
    this.#progress[PROGRESS.symbol] = symbol;
    return this.#call('publish', () => {
      const signal: unknown = this.#strategy.publish?.(symbol, values);
      const undeclared = values.findIndex((value, index) => index >= declared && !Number.isNaN(value));
      if (undeclared >= 0) throw new UndeclaredIndicatorError(undeclared, declared);
      if (isPromise(signal)) throw new AsyncHookError();
      if (signal === undefined) return Number.NaN;
      if (signal === Signal.BUY || signal === Signal.SELL || signal === Signal.NEUTRAL) return signal;
      throw new WrongSignalError(signal);
    });
  }

  /** A hook may be called within another: a report may come while an order is sent, but not within onTick. */
  #call<T>(hook: Hook, call: () => T): T {
    this.#progress[PROGRESS.calls]++;
    this.#progress[PROGRESS.hook] = HOOKS.indexOf(hook);
    try {
      const result = call();
      if (isPromise(result)) throw new AsyncHookError();
      return result;
    } catch (thrown) {
      throw this.#failed(hook, thrown);
    } finally {
      this.#progress[PROGRESS.hook] = NONE;
    }
  }

  #failed(hook: Hook, cause: unknown): StrategyHookError {
    const symbol = OF_SYMBOL.includes(hook) ? this.#progress[PROGRESS.symbol] : undefined;
    this.#progress[PROGRESS.hook] = NONE;
    return new StrategyHookError(
      hook,
      symbol === undefined ? undefined : this.#context?.symbols.nameOf(symbol),
      cause,
    );
  }
}
