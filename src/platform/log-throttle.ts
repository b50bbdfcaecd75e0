// Keeps events that clients can cause from flooding the log: a few per second get a line, the others are
// counted in the next line.

const PERIOD_MS = 1_000;
/** Lines per second for events that are worth a line each while they are rare. */
export const LOGGED_PER_SECOND = 10;

export class LogThrottle {
  readonly #linesPerSecond: number;
  #periodStartMs = Number.NEGATIVE_INFINITY;
  #linesInPeriod = 0;
  #unlogged = 0;
  #count = 0;

  constructor(linesPerSecond = 1) {
    this.#linesPerSecond = linesPerSecond;
  }

  /** Counts one event. Returns whether to log it now; if not, it is part of the `count` of a later line. */
  shouldLog(now = performance.now()): boolean {
    this.#unlogged++;
    if (now - this.#periodStartMs >= PERIOD_MS) {
      this.#periodStartMs = now;
      this.#linesInPeriod = 0;
    }
    if (this.#linesInPeriod >= this.#linesPerSecond) return false;
    this.#linesInPeriod++;
    this.#count = this.#unlogged;
    this.#unlogged = 0;
    return true;
  }

  /**
   * Events that the line stands for which shouldLog() allowed last: this one, and those since the line
   * before.
   */
  get count(): number {
    return this.#count;
  }

  /** The message of the last of `count` events, with the number of the others. */
  withCount(message: string): string {
    return this.#count === 1 ? message : `${message} (and ${this.#count - 1} more before it)`;
  }
}
