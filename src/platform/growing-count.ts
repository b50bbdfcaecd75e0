// Logs a count of something too frequent for a line each: at most one line per second with the count so far, and a
// last one with the count of all.

const PERIOD_MS = 1_000;

export class GrowingCount {
  readonly #write: (count: number) => void;
  #logged = 0;
  #loggedAtMs = Number.NEGATIVE_INFINITY;

  /** @param write logs the count so far */
  constructor(write: (count: number) => void) {
    this.#write = write;
  }

  /** Call it periodically. @param isLast logs a count that grew, whenever the last line was */
  report(count: number, isLast = false, now = performance.now()): void {
    if (count === this.#logged || !(isLast || now - this.#loggedAtMs >= PERIOD_MS)) return;
    this.#logged = count;
    this.#loggedAtMs = now;
    this.#write(count);
  }
}
