// Rates and latencies of the run per second, as far back as a screen shows them.

import { LATENCY_BUCKETS } from '../monitoring/latency.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import type { Second } from './messages.ts';

/** Half an hour. */
const SECONDS_MAX = 1_800;
const MS_PER_S = 1_000;

/** Upper bounds of the latency buckets, ns; the last bucket has none. */
export const BUCKET_BOUNDS = LATENCY_BUCKETS.map(({ upToNs }) => upToNs).filter(Number.isFinite);

interface Counts {
  /** performance.now() */
  readonly at: number;
  readonly ticks: number;
  readonly orders: number;
  readonly buckets: readonly number[];
}

export class Seconds {
  #seconds: Second[] = [];
  #before: Counts | undefined;

  /** Closes a second. Call it once per second. Returns none the first time, because counts are compared. */
  add(book: StackBook): Second | undefined {
    const now = countsOf(book);
    const before = this.#before;
    this.#before = now;
    if (!before) return undefined;
    const second = { at: Date.now(), ...difference(now, before) };
    this.#seconds.push(second);
    if (this.#seconds.length > 2 * SECONDS_MAX) this.#seconds = this.#seconds.slice(-SECONDS_MAX);
    return second;
  }

  /** Starts over: a new book counts from zero. */
  reset(): void {
    this.#before = undefined;
  }

  all(): readonly Second[] {
    return this.#seconds.slice(-SECONDS_MAX);
  }
}

function countsOf(book: StackBook): Counts {
  return {
    at: performance.now(),
    ticks: book.counter('orderbook.ticksApplied'),
    orders: book.counter('order-manager.ordersReceived'),
    buckets: LATENCY_BUCKETS.map(({ name }) => book.counter(`strategy.decision${name}`)),
  };
}

function difference(now: Counts, before: Counts): Omit<Second, 'at'> {
  const perSecond = MS_PER_S / Math.max(1, now.at - before.at);
  const buckets = now.buckets.map((count, index) => Math.max(0, count - before.buckets[index]));
  return {
    ticks: Math.max(0, Math.round((now.ticks - before.ticks) * perSecond)),
    orders: Math.max(0, Math.round((now.orders - before.orders) * perSecond)),
    p50: percentile(buckets, 0.5),
    p99: percentile(buckets, 0.99),
    buckets,
  };
}

/**
 * The latency in ns that `share` of all latencies do not exceed, from counts by bucket; null without any.
 * Within a bucket they are taken to lie evenly on a logarithmic scale, like the bounds.
 */
export function percentile(buckets: readonly number[], share: number): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const wanted = total * share;
  let below = 0;
  for (const [index, count] of buckets.entries()) {
    if (count > 0 && below + count >= wanted) {
      const upper = BUCKET_BOUNDS[Math.min(index, BUCKET_BOUNDS.length - 1)];
      const lower = index === 0 ? upper / 2 : BUCKET_BOUNDS[index - 1];
      return Math.round(lower * (upper / lower) ** ((wanted - below) / count));
    }
    below += count;
  }
  return null;
}
