// Rehearses rare work in the pauses between its occurrences: until its code is compiled, then while it is frequent.

/** Enough for the optimising compiler; a round lasts some 20 µs. */
export const FIRST_ROUNDS = 3_000;
/** Of the first rounds, so that nothing waits for them long. */
export const ROUNDS_AT_ONCE = 10;
/** The work counts as frequent until this long after it was last done. */
const BUSY_MS = 1_000;

export class PauseRehearsals {
  readonly #once: () => void;
  readonly #everyMs: number;
  #rounds = 0;
  #rehearsedAt = Number.NEGATIVE_INFINITY;
  #workedAt = Number.NEGATIVE_INFINITY;

  /** @param once rehearses @param everyMs between two rehearsals, and after the work itself, in ms */
  constructor(once: () => void, everyMs: number) {
    this.#once = once;
    this.#everyMs = everyMs;
  }

  /** The work was done. @param now performance.now() */
  noteWork(now: number): void {
    this.#workedAt = now;
  }

  /** Whether spend() will rehearse at all before the next work. */
  isOver(now: number): boolean {
    return this.#rounds >= FIRST_ROUNDS && now - this.#workedAt > BUSY_MS;
  }

  /** There is nothing else to do. Returns whether it rehearsed. @param now performance.now() */
  spend(now: number): boolean {
    const pauseMs = now - Math.max(this.#rehearsedAt, this.#workedAt); // what the work has caused may come any moment
    if (pauseMs < this.#everyMs || this.isOver(now)) return false;
    const rounds = this.#rounds < FIRST_ROUNDS ? ROUNDS_AT_ONCE : 1;
    for (let round = 0; round < rounds; round++) this.#once();
    this.#rounds += rounds;
    this.#rehearsedAt = now;
    return true;
  }
}
