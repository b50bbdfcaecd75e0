// Which sentiment holds for which tick: the latest one as it comes or, in lossless mode, the one that was sent when the
// tick was.

interface Pending {
  readonly sentiment: number;
  readonly fromSequence: number;
}

/** More sentiments than ticks have been waited for with: the oldest are applied without waiting. */
const PENDING_MAX = 100_000;

/** Sentiments by the ticks that they hold from. Without a live connection there is none: NaN. */
export class NewsTimeline {
  readonly #aligned: boolean;
  /** The sentiment, 0 to 100; NaN when there is no live news. */
  sentiment = Number.NaN;
  /** Ticks before this one have all their news. */
  #mark = Number.POSITIVE_INFINITY;
  #lastMark = 0;
  #pending: Pending[] = [];

  /** @param aligned whether a sentiment waits for its tick */
  constructor(aligned: boolean) {
    this.#aligned = aligned;
  }

  /** The connection stands, and has said nothing yet. */
  connected(): void {
    this.#mark = 0;
  }

  /** The Gateway names no ticks: a sentiment holds from its arrival, and no tick waits for one. */
  plain(): void {
    this.#mark = Number.POSITIVE_INFINITY;
  }

  /** The Gateway's next tick is `next`. If it was further before, it is another run, or goes on for a dead one. */
  begin(next: number): void {
    if (next < this.#lastMark) this.#forget();
    this.#lastMark = next;
  }

  /**
   * The connection is gone: nobody may trade on what it last said. In lossless mode that holds from the tick on that
   * it came to: those before it may still be on their way here.
   */
  disconnected(): void {
    if (!this.#aligned) this.sentiment = Number.NaN;
    else if (this.#mark < Number.POSITIVE_INFINITY) this.add(Number.NaN, this.#mark);
    this.#mark = Number.POSITIVE_INFINITY;
  }

  /** A sentiment came that holds from the tick `fromSequence` on. */
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

  /** Whether all news that this tick needs is there. */
  isKnownFor(sequence: number): boolean {
    return !this.#aligned || sequence < this.#mark;
  }

  /** Brings the sentiment up to this tick. */
  advanceTo(sequence: number): void {
    while (this.#pending.length > 0 && this.#pending[0].fromSequence <= sequence) this.#applyFirst();
  }

  /** What the last run said holds for none of the next one's ticks. */
  #forget(): void {
    this.#pending = [];
    this.sentiment = Number.NaN;
  }

  #applyFirst(): void {
    const first = this.#pending.shift();
    if (first) this.sentiment = first.sentiment;
  }
}
