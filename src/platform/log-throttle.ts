// Keeps a log from being flooded: the first of a second are told as they come, what comes after them with how often it was.

const PERIOD_MS = 1_000;
/** What clients do, right or wrong: so many a second are told each by itself. */
export const LOGGED_PER_SECOND = 10;

export class LogThrottle {
  readonly #atOnce: number;
  #untold = 0;
  #told = 0;
  #since = Number.NEGATIVE_INFINITY;

  /** @param atOnce how many of a second are told each by itself */
  constructor(atOnce = 1) {
    this.#atOnce = atOnce;
  }

  /** Counts one more. Returns how many to tell of now, or 0 where it is too early: they are told of with a later one. */
  due(now = performance.now()): number {
    this.#untold++;
    if (now - this.#since >= PERIOD_MS) {
      this.#since = now;
      this.#told = 0;
    }
    if (this.#told >= this.#atOnce) return 0;
    this.#told++;
    const count = this.#untold;
    this.#untold = 0;
    return count;
  }

  /** Counts one more, and says it where it is due, with how many of its kind came since the last one. */
  tell(message: string, say: (message: string, count: number) => void): void {
    const count = this.due();
    if (count > 0) say(withSuppressed(message, count), count);
  }
}

/** What is told of the last of `count`. */
export function withSuppressed(message: string, count: number): string {
  return count === 1 ? message : `${message} (and ${count - 1} more before it)`;
}
