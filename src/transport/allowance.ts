// How many frames a client may send a second: a store that fills up at that rate, up to one second's worth.

const MS_PER_S = 1_000;

export class Allowance {
  readonly #perSecond: number;
  #left: number;
  #at: number;

  /** @param now performance.now(), as in every call */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#at = now;
  }

  /** Takes what has come. Returns how long to read nothing, in ms, until there is some left; 0 where there is. */
  take(frames: number, now: number): number {
    const filled = this.#left + ((now - this.#at) / MS_PER_S) * this.#perSecond;
    this.#left = Math.min(this.#perSecond, filled) - frames;
    this.#at = now;
    return this.#left >= 0 ? 0 : (-this.#left / this.#perSecond) * MS_PER_S;
  }
}
