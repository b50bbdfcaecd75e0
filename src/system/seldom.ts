// Keeps a log from being flooded: what happens often is told once a second, with how often it was.

const PERIOD_MS = 1_000;

export class Seldom {
  #untold = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** Counts one more. Returns how many to tell of now, or 0 where it is too early: they are told of with a later one. */
  due(now = performance.now()): number {
    this.#untold++;
    if (now - this.#toldAt < PERIOD_MS) return 0;
    const count = this.#untold;
    this.#untold = 0;
    this.#toldAt = now;
    return count;
  }
}
