// The clients of the price port that are not the stack's own. While they are few, they are served with every batch. When
// they are many, they are served in turns of bounded time, so that they delay the stack's own clients little.

import type { PriceSubscriber } from './price-subscriber.ts';

/** Served with every batch. */
const FEW = 16;
/** Longest time of one turn. */
const TURN_MS = 2;
/** A turn is followed by a pause of this many times its length. */
const PAUSE_FACTOR = 3;
const PAUSE_MS_MIN = 1;

export class PriceCrowd {
  readonly #members = new Set<PriceSubscriber>();
  #next: Iterator<PriceSubscriber> = this.#members.values();
  /** Members to serve until each has had what there is. */
  #left = 0;
  #timer: NodeJS.Timeout | undefined;

  add(member: PriceSubscriber): void {
    this.#members.add(member);
  }

  remove(member: PriceSubscriber): void {
    this.#members.delete(member);
  }

  /** There is something to send. */
  pump(): void {
    if (this.#members.size <= FEW) {
      for (const member of this.#members) member.pump();
      return;
    }
    this.#left = this.#members.size;
    this.#timer ??= setTimeout(() => this.#takeTurn(), PAUSE_MS_MIN);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #takeTurn(): void {
    const startedAt = performance.now();
    let elapsedMs = 0;
    while (this.#left > 0 && elapsedMs < TURN_MS) {
      this.#left--;
      this.#member()?.pump();
      elapsedMs = performance.now() - startedAt;
    }
    const pauseMs = Math.max(PAUSE_MS_MIN, PAUSE_FACTOR * elapsedMs);
    this.#timer = this.#left > 0 ? setTimeout(() => this.#takeTurn(), pauseMs) : undefined;
  }

  /** The member whose turn it is; undefined if there is none. */
  #member(): PriceSubscriber | undefined {
    const { done, value } = this.#next.next();
    if (!done) return value;
    this.#next = this.#members.values();
    return this.#next.next().value;
  }
}
