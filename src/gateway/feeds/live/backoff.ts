// How long to wait before the next attempt to connect.

import type { LiveTimes } from './times.ts';

export class Backoff {
  readonly #times: LiveTimes;
  readonly #random: () => number;
  #failures = 0;

  /** @param random from 0 to 1: spreads clients that were cut off together */
  constructor(times: LiveTimes, random: () => number = Math.random) {
    this.#times = times;
    this.#random = random;
  }

  /** @param livedMs how long the connection worked. @param atLeastMs a pause that the exchange asked for */
  pauseMs(livedMs: number, atLeastMs = 0): number {
    const { steadyMs, pauseMinMs, pauseMaxMs } = this.#times;
    this.#failures = livedMs >= steadyMs ? 1 : this.#failures + 1;
    const longest = Math.min(pauseMaxMs, pauseMinMs * 2 ** Math.min(this.#failures - 1, 20));
    return Math.max(longest, atLeastMs) * (1 - this.#random() / 2) + atLeastMs / 2;
  }
}
