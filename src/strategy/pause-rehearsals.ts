// Rehearses in the pauses between orders: from the first tick on until the code is compiled, then while orders are frequent.

import type { OrderRehearsal } from './order-rehearsal.ts';

/** Enough for the optimising compiler; together some 40 ms. */
const FIRST_ROUNDS = 3_000;
/** Of the first rounds, so that no tick waits for them long. */
const ROUNDS_AT_ONCE = 10;
/** Orders count as frequent until this long after the last one. */
const BUSY_MS = 1_000;

export class PauseRehearsals {
  readonly #rehearsal: OrderRehearsal;
  readonly #everyMs: number;
  #rounds = 0;
  #rehearsedAt = 0;
  #orderedAt = Number.NEGATIVE_INFINITY;

  /** @param everyMs at most one rehearsal in this time, in ms */
  constructor(rehearsal: OrderRehearsal, everyMs: number) {
    this.#rehearsal = rehearsal;
    this.#everyMs = everyMs;
  }

  /** An order was sent. @param now performance.now() */
  noteOrder(now: number): void {
    this.#orderedAt = now;
  }

  /** There is no report to read now. Returns whether it rehearsed. @param now performance.now() */
  spend(now: number): boolean {
    const isFirst = this.#rounds < FIRST_ROUNDS;
    const restedMs = now - Math.max(this.#rehearsedAt, this.#orderedAt); // the report of an order may come any moment
    if (restedMs < this.#everyMs) return false;
    if (!isFirst && now - this.#orderedAt > BUSY_MS) return false;
    this.#rehearsedAt = now;
    const rounds = isFirst ? ROUNDS_AT_ONCE : 1;
    for (let round = 0; round < rounds; round++) this.#rehearsal.once();
    this.#rounds += rounds;
    return true;
  }
}
