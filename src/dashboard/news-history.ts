// The sentiments of the last minutes: a chart shows the one that held at each of its ticks.

/** Sentiments that are kept. */
const SENTIMENTS_MAX = 4_096;

interface TimedSentiment {
  /** Unix ms. */
  readonly at: number;
  readonly sentiment: number | null;
}

export class NewsHistory {
  #sentiments: TimedSentiment[] = [];

  /** 0 to 100; null while there is no live news. */
  get now(): number | null {
    return this.#sentiments.at(-1)?.sentiment ?? null;
  }

  add(sentiment: number | null, at: number): void {
    this.#sentiments.push({ at, sentiment });
    if (this.#sentiments.length > 2 * SENTIMENTS_MAX)
      this.#sentiments = this.#sentiments.slice(-SENTIMENTS_MAX);
  }

  /** The sentiment at this time; null before the first. */
  sentimentAt(at: number): number | null {
    let low = 0;
    let high = this.#sentiments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sentiments[middle].at <= at) low = middle + 1;
      else high = middle;
    }
    return this.#sentiments[low - 1]?.sentiment ?? null;
  }
}
