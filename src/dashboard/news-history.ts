// The sentiments of the last minutes, so that a chart can show the one that held at any of its ticks.

/** Sentiments that are remembered. */
const SENTIMENTS_MAX = 4_096;

interface Heard {
  /** Unix ms. */
  readonly at: number;
  readonly sentiment: number | null;
}

export class NewsHistory {
  #heard: Heard[] = [];

  /** 0 to 100; null while there is no live news. */
  get now(): number | null {
    return this.#heard.at(-1)?.sentiment ?? null;
  }

  add(sentiment: number | null, at: number): void {
    this.#heard.push({ at, sentiment });
    if (this.#heard.length > 2 * SENTIMENTS_MAX) this.#heard = this.#heard.slice(-SENTIMENTS_MAX);
  }

  /** What held then; null before the first. */
  sentimentAt(at: number): number | null {
    let low = 0;
    let high = this.#heard.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#heard[middle].at <= at) low = middle + 1;
      else high = middle;
    }
    return this.#heard[low - 1]?.sentiment ?? null;
  }
}
