// Waits, at the end of a run, until what the Gateway sent is processed to its end.

import { setTimeout as sleep } from 'node:timers/promises';
import type { StackBook } from '../monitoring/stack-book.ts';
import { counted } from '../platform/counted.ts';
import type { RunBook } from './run-book.ts';

/** How long a drain waits, in ms. */
export interface DrainLimits {
  readonly totalMs: number;
  /** Without progress for this long the wait ends. On a busy machine a process may stall for a second or two. */
  readonly noProgressMs: number;
}

/** Nothing is left that could make progress. */
export const NO_DRAIN: DrainLimits = { totalMs: 0, noProgressMs: 0 };
export const DRAIN_LIMITS: DrainLimits = { totalMs: 10_000, noProgressMs: 3_000 };
/** A lossless run sends far ahead of its slowest reader. */
export const LOSSLESS_STOP_LIMITS: DrainLimits = { totalMs: 60_000, noProgressMs: 3_000 };
/** The end of a lossless run waits for a process that stalls or restarts. */
export const LOSSLESS_DRAIN_LIMITS: DrainLimits = { totalMs: 600_000, noProgressMs: 60_000 };
const POLL_MS = 10;

/**
 * Resolves when all ticks sent are seen and all orders are answered, or when nothing moves any more. Returns what is left
 * then, in words.
 */
export async function drain(
  book: Pick<RunBook, 'current'>,
  limits: () => DrainLimits = () => DRAIN_LIMITS,
): Promise<string | undefined> {
  const startedAt = performance.now();
  let progressAt = startedAt;
  let before = '';
  for (let current = book.current; current !== undefined; current = book.current) {
    const now = performance.now();
    const { counts, left } = progressOf(current);
    if (counts !== before) progressAt = now;
    before = counts;
    const { totalMs, noProgressMs } = limits();
    if (left === '') return undefined;
    if (now - progressAt > noProgressMs || now - startedAt > totalMs) return left;
    await sleep(POLL_MS);
  }
  return undefined;
}

function progressOf(book: StackBook): { counts: string; left: string } {
  const sent = book.counter('gateway.ticksSent');
  const applied = book.counter('orderbook.ticksApplied');
  const missed = book.counter('orderbook.ticksMissed');
  const rejected =
    book.counter('orderbook.pricesRejected') +
    book.counter('orderbook.symbolsRejected') +
    book.counter('orderbook.badFrames');
  const seen = book.counter('strategy.ticksSeen');
  const lapped = book.counter('strategy.ticksLapped');
  const ordered = book.counter('strategy.ordersSent');
  const answered = book.counter('strategy.ordersFilled') + book.counter('strategy.ordersRejected');
  return {
    counts: `${sent} ${applied} ${missed} ${seen} ${lapped} ${ordered} ${answered}`,
    left: [
      leftText(
        sent - applied - missed - rejected,
        'tick is not in the price book',
        'ticks are not in the price book',
      ),
      leftText(applied - seen - lapped, 'tick is not evaluated', 'ticks are not evaluated'),
      leftText(ordered - answered, 'order has no report', 'orders have no report'),
    ]
      .filter((text) => text !== '')
      .join(', '),
  };
}

function leftText(count: number, one: string, several: string): string {
  return count > 0 ? counted(count, one, several) : '';
}
