// Waits, at the end of a run, until what the Gateway sent is processed to its end.

import { setTimeout as sleep } from 'node:timers/promises';
import type { StackBook } from '../monitoring/stack-book.ts';
import type { RunBook } from './run-book.ts';

/** The longest wait. */
const DRAIN_MS = 10_000;
/**
 * Without progress for this long the wait ends. On a busy machine a process may stall for a second or two.
 */
const NO_PROGRESS_MS = 3_000;
const POLL_MS = 10;

/** Resolves when all ticks sent are seen and all orders are answered, or when nothing moves any more. */
export async function drain(book: Pick<RunBook, 'current'>): Promise<void> {
  const startedAt = performance.now();
  let progressAt = startedAt;
  let before = '';
  for (let current = book.current; current !== undefined; current = book.current) {
    const now = performance.now();
    const { counts, isDone } = progressOf(current);
    if (counts !== before) progressAt = now;
    before = counts;
    if (isDone || now - progressAt > NO_PROGRESS_MS || now - startedAt > DRAIN_MS) return;
    await sleep(POLL_MS);
  }
}

function progressOf(book: StackBook): { counts: string; isDone: boolean } {
  const sent = book.counter('gateway.ticksSent');
  const applied = book.counter('orderbook.ticksApplied');
  const missed = book.counter('orderbook.ticksMissed');
  const seen = book.counter('strategy.ticksSeen');
  const lapped = book.counter('strategy.ticksLapped');
  const ordered = book.counter('strategy.ordersSent');
  const answered = book.counter('strategy.ordersFilled') + book.counter('strategy.ordersRejected');
  return {
    counts: `${sent} ${applied} ${missed} ${seen} ${lapped} ${ordered} ${answered}`,
    isDone: applied + missed >= sent && seen + lapped >= applied && answered >= ordered,
  };
}
