// How much later than usual trades arrive. Two clocks are never compared: only the delay between them is, with
// the least one of the last minutes.

import type { Timestamp } from '../timestamp.ts';

const WINDOW_MS = 5 * 60_000;

export class Lateness {
  #least = Number.POSITIVE_INFINITY;
  /** The least delay of the window before: a minimum is forgotten after one to two windows. */
  #leastBefore = Number.POSITIVE_INFINITY;
  #windowEndMs = Number.NEGATIVE_INFINITY;

  /** Delay of a trade in excess of the recent least, in ms. `received` by our clock, `made` by the exchange's. */
  excessMs(received: Timestamp, made: Timestamp): number {
    const nowMs = received.epochMs;
    if (nowMs >= this.#windowEndMs) {
      this.#leastBefore = this.#least;
      this.#least = Number.POSITIVE_INFINITY;
      this.#windowEndMs = nowMs + WINDOW_MS;
    }
    const delayMs = received.epochMs - made.epochMs + (received.ns - made.ns) / 1e6;
    this.#least = Math.min(this.#least, delayMs);
    return delayMs - Math.min(this.#least, this.#leastBefore);
  }
}
