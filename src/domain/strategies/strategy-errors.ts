// What can go wrong inside a strategy.

import { NOTE_EXPECTED, noteBytes } from '../order-note.ts';
import type { Hook } from './progress.ts';

const EXPECTED = "expected a target position in shares (a number; 0 is flat, below zero is short) or 'keep'";
const TEXT_LENGTH_MAX = 40;

/** A hook of the strategy threw, or answered what its interface does not allow. */
export class StrategyHookError extends Error {
  override readonly name = 'StrategyHookError';
  readonly hook: Hook;
  /** The symbol of the tick; undefined outside of onTick. */
  readonly symbol: string | undefined;

  constructor(hook: Hook, symbol: string | undefined, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.hook = hook;
    this.symbol = symbol;
  }
}

/** A hook, or the function that makes the strategy, gave what the interface does not allow. */
export abstract class WrongAnswerError extends TypeError {}

/** onTick answered something else than a finite number or 'keep'. */
export class WrongTargetError extends WrongAnswerError {
  override readonly name = 'WrongTargetError';

  constructor(answer: unknown) {
    super(`returned ${describe(answer)}; ${EXPECTED}${adviceFor(answer)}`);
  }
}

/** onTick set a note that no order can carry. */
export class WrongNoteError extends WrongAnswerError {
  override readonly name = 'WrongNoteError';

  constructor(note: unknown) {
    const size = typeof note === 'string' ? ` (${noteBytes(note)} bytes)` : '';
    super(`set context.note to ${describe(note)}${size}; expected ${NOTE_EXPECTED}, or '' for none`);
  }
}

/** A strategy asked the context about something else than the index of a symbol. */
export class WrongSymbolError extends WrongAnswerError {
  override readonly name = 'WrongSymbolError';

  constructor(method: string, symbol: unknown) {
    super(`called context.${method}() with ${describe(symbol)}; expected the index that onTick was given`);
  }
}

/** publish answered something else than a signal. */
export class WrongSignalError extends WrongAnswerError {
  override readonly name = 'WrongSignalError';

  constructor(answer: unknown) {
    super(
      `returned ${describe(answer)}; expected a signal: 1 (buy), -1 (sell), 0 (neutral) or undefined (none yet)`,
    );
  }
}

/** publish set more values than the file declares indicators. */
export class UndeclaredIndicatorError extends WrongAnswerError {
  override readonly name = 'UndeclaredIndicatorError';

  constructor(index: number, declared: number) {
    super(
      `set values[${index}], but the file declares ${declared === 0 ? 'no indicators' : `${declared}`}; ` +
        "expected export const indicators = [{ name: 'average', scale: 'price' }] with an entry for each value",
    );
  }
}

/** A hook that returns nothing is an async function. */
export class AsyncHookError extends WrongAnswerError {
  override readonly name = 'AsyncHookError';

  constructor() {
    super('returned a promise; expected a hook that does not wait: remove its async');
  }
}

/** What was created is no strategy. */
export class NoStrategyError extends WrongAnswerError {
  override readonly name = 'NoStrategyError';
}

/** The value for a line of text: `'BUY'`, `a promise`, `nothing (undefined)`. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing (undefined)';
  if (value === null) return 'null';
  if (isPromise(value)) return 'a promise';
  if (typeof value === 'string') return `'${value.slice(0, TEXT_LENGTH_MAX)}'`;
  if (typeof value === 'bigint') return `${value}n, a BigInt`;
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value);
}

export function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function adviceFor(answer: unknown): string {
  if (answer === undefined) return "; to change nothing, write return 'keep'";
  if (isPromise(answer)) return '; remove the async of onTick';
  if (typeof answer === 'bigint') return `; write ${answer} without the n`;
  if (typeof answer === 'number') return '; a calculation had no result, perhaps for want of enough ticks';
  if (typeof answer === 'boolean')
    return "; write a number of shares, such as 10, instead of true, and 0 or 'keep' instead of false";
  if (typeof answer === 'string') return adviceForText(answer.trim());
  return '';
}

function adviceForText(text: string): string {
  const word = text.toLowerCase();
  if (/^(buy|long)$/.test(word)) return '; to buy, write the shares to hold, such as return 10';
  if (/^(sell|short)$/.test(word))
    return '; to sell, write return 0 to close the position, or return -10 to hold 10 short';
  if (/^(flat|close|exit)$/.test(word)) return '; to close the position, write return 0';
  if (/^(keep|hold|wait|none|neutral)?$/.test(word)) return "; to change nothing, write return 'keep'";
  return Number.isFinite(Number(text)) ? `; write ${text} without quotes` : '';
}
