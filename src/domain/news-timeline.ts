// The sentiment of each tick: the latest to arrive or, in lossless mode, the latest sent before the tick.

interface Pending {
  readonly sentiment: number;
  readonly fromSequence: number;
}

/** Above this many sentiments, the oldest is applied without waiting for its tick. */
const PENDING_MAX = 100_000;

/** Sentiments by the tick from which they hold. */
export class NewsTimeline {
  readonly #aligned: boolean;
  /** The current sentiment, 0 to 100; NaN without live news. */
  sentiment = Number.NaN;
  /** The news of every tick before this one has arrived. */
  #mark = Number.POSITIVE_INFINITY;
  #lastMark = 0;
  #pending: Pending[] = [];

  /** @param aligned whether a sentiment waits for its tick */
  constructor(aligned: boolean) {
    this.#aligned = aligned;
  }

  /** Connected; nothing was received yet. */
  connected(): void {
    this.#mark = 0;
  }

  /** The Gateway names no ticks: a sentiment holds from its arrival, and no tick waits for news. */
  plain(): void {
    this.#mark = Number.POSITIVE_INFINITY;
  }

  /** The Gateway's next tick is `next`. If that is before the last mark, the Gateway was restarted. */
  begin(next: number): void {
    if (next < this.#lastMark) this.#forget();
    this.#lastMark = next;
  }

  /**
   * The connection closed: its last sentiment must not be traded on. In lossless mode the sentiment ends at
   * the last mark, because earlier ticks may still be on their way here.
   */
  disconnected(): void {
    if (!this.#aligned) this.sentiment = Number.NaN;
    else if (this.#mark < Number.POSITIVE_INFINITY) this.add(Number.NaN, this.#mark);
    this.#mark = Number.POSITIVE_INFINITY;
  }

  /** Adds a sentiment that holds from the tick `fromSequence` on. */
  add(sentiment: number, fromSequence: number): void {
    if (!this.#aligned) this.sentiment = sentiment;
    else this.#pending.push({ sentiment, fromSequence });
    if (this.#pending.length > PENDING_MAX) this.#applyFirst();
  }

  /** No later sentiment of this connection holds for a tick before `sequence`. */
  mark(sequence: number): void {
    this.#mark = sequence;
    this.#lastMark = sequence;
  }

  /** Whether all news that holds for this tick has arrived. */
  isKnownFor(sequence: number): boolean {
    return !this.#aligned || sequence < this.#mark;
  }

  /** Sets the sentiment to the one that holds for this tick. */
  advanceTo(sequence: number): void {
    while (this.#pending.length > 0 && this.#pending[0].fromSequence <= sequence) this.#applyFirst();
  }

  /** The news of one run of the Gateway holds for no tick of the next. */
  #forget(): void {
    this.#pending = [];
    this.sentiment = Number.NaN;
  }

  #applyFirst(): void {
    const first = this.#pending.shift();
    if (first) this.sentiment = first.sentiment;
  }
}
