// A token bucket: limits how many events per second are let through, with bursts of up to one second's worth.
//
//    perSecond tokens per second ──▶ bucket (holds perSecond at most) ──▶ one token per event

const MS_PER_S = 1_000;

/** Starts full. All times are ms of one clock that never goes back. */
export class TokenBucket {
  /** Above zero. Also the most tokens it holds. A new rate applies to the time since the last take too. */
  perSecond: number;
  #tokens: number;
  /** When `#tokens` was up to date. */
  #updatedMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.perSecond = perSecond;
    this.#tokens = perSecond;
    this.#updatedMs = nowMs;
  }

  /** Takes one token. Returns false, and takes nothing, when less than one is left. */
  tryTake(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Time until tryTake() takes a token, in ms. */
  msUntilNext(nowMs: number): number {
    this.#refill(nowMs);
    return Math.max(0, ((1 - this.#tokens) / this.perSecond) * MS_PER_S);
  }

  /** Whether it holds all it can: it then lets through exactly what a new bucket would. */
  isFull(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#tokens >= this.perSecond;
  }

  #refill(nowMs: number): void {
    const refilled = this.#tokens + ((nowMs - this.#updatedMs) * this.perSecond) / MS_PER_S;
    this.#tokens = Math.min(this.perSecond, refilled);
    this.#updatedMs = nowMs;
  }
}
