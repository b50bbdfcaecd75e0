// How many orders a second each strategy sends: a token bucket for each.
//
//    a second's worth of tokens ──▶ one is taken by each new order; none left: refused
//    they come back at the allowed rate, up to the second's worth

interface Bucket {
  tokens: number;
  /** When `tokens` was right, ms. */
  atMs: number;
}

const MS_PER_S = 1_000;
/** Strategies remembered before those that have been quiet are forgotten: a full bucket says no more than none. */
const BUCKETS_SWEPT_AT = 1_024;

export class OrderRates {
  readonly #nowMs: () => number;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = BUCKETS_SWEPT_AT;

  /** @param nowMs a clock that never goes back, in ms */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether the strategy may send one more order now, at `perSecond` orders a second; if so it is counted. */
  take(strategy: string, perSecond: number): boolean {
    if (perSecond === Number.POSITIVE_INFINITY) return true;
    const now = this.#nowMs();
    const bucket = this.#buckets.get(strategy) ?? this.#add(strategy, perSecond, now);
    bucket.tokens = tokensAt(bucket, now, perSecond);
    bucket.atMs = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  /** Strategies that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  #add(strategy: string, perSecond: number, now: number): Bucket {
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(perSecond, now);
    const bucket = { tokens: perSecond, atMs: now };
    this.#buckets.set(strategy, bucket);
    return bucket;
  }

  /** The next sweep waits until there are twice as many, so that sweeping costs little an order. */
  #sweep(perSecond: number, now: number): void {
    for (const [strategy, bucket] of this.#buckets) {
      if (tokensAt(bucket, now, perSecond) >= perSecond) this.#buckets.delete(strategy);
    }
    this.#sweepAt = Math.max(BUCKETS_SWEPT_AT, this.#buckets.size * 2);
  }
}

function tokensAt({ tokens, atMs }: Bucket, now: number, perSecond: number): number {
  return Math.min(perSecond, tokens + ((now - atMs) * perSecond) / MS_PER_S);
}
