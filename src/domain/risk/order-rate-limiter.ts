// Limits how many new orders per second each strategy may send: one token bucket per strategy.

import { TokenBucket } from '../token-bucket.ts';

/** Buckets kept before full ones are removed: a full bucket limits no more than a new one. */
const SWEEP_FROM_BUCKETS = 1_024;

export class OrderRateLimiter {
  readonly #nowMs: () => number;
  readonly #buckets = new Map<string, TokenBucket>();
  #sweepAt = SWEEP_FROM_BUCKETS;

  /** @param nowMs a clock that never goes back, in ms */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Counts an order. False when the strategy is above `perSecond` orders per second. Infinity: no limit. */
  tryTake(strategy: string, perSecond: number): boolean {
    if (perSecond === Number.POSITIVE_INFINITY) return true;
    const now = this.#nowMs();
    const bucket = this.#buckets.get(strategy) ?? this.#add(strategy, perSecond, now);
    bucket.perSecond = perSecond;
    return bucket.tryTake(now);
  }

  /** Strategies with a bucket. */
  get size(): number {
    return this.#buckets.size;
  }

  #add(strategy: string, perSecond: number, now: number): TokenBucket {
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(perSecond, now);
    const bucket = new TokenBucket(perSecond, now);
    this.#buckets.set(strategy, bucket);
    return bucket;
  }

  /** The next sweep waits until the map has doubled, so that sweeping costs little per order. */
  #sweep(perSecond: number, now: number): void {
    for (const [strategy, bucket] of this.#buckets) {
      bucket.perSecond = perSecond;
      if (bucket.isFull(now)) this.#buckets.delete(strategy);
    }
    this.#sweepAt = Math.max(SWEEP_FROM_BUCKETS, this.#buckets.size * 2);
  }
}
