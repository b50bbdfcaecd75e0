// The sentiment of each tick: the latest to arrive or, in lossless mode, the latest sent before the tick.

interface Pending {
  readonly sentiment: number;
  readonly fromSequence: number;
}

/** Where a connection to the news continues. */
export interface NewsPosition {
  /** Run of the Gateway, 0 before the first. */
  readonly runId: number;
  /** The news that holds from earlier ticks is known. */
  readonly next: number;
}

/** Applied entries are removed from the front when there are this many. */
const APPLIED_MAX = 1_024;

/**
 * Sentiments by the tick from which they hold. An aligned timeline, that of lossless mode, belongs to one run of the
 * Gateway at a time, and outlives its connections: a tick waits until its news is known.
 */
export class NewsTimeline {
  readonly #aligned: boolean;
  readonly #onApplied: (sentiment: number) => void;
  /** The current sentiment, 0 to 100; NaN without live news. */
  sentiment = Number.NaN;
  #runId = 0;
  /** The news of every tick before this one has arrived. */
  #mark = 0;
  /** The tick of the last sentiment that was added. */
  #lastFrom = 0;
  #pending: Pending[] = [];
  /** Entries of `#pending` that were applied. */
  #applied = 0;

  /**
   * @param aligned whether a sentiment waits for its tick
   * @param onApplied called when a sentiment becomes the current one
   */
  constructor(aligned: boolean, onApplied: (sentiment: number) => void = () => {}) {
    this.#aligned = aligned;
    this.#onApplied = onApplied;
  }

  /** Where the next connection has to continue, so that an aligned timeline has no gap. */
  get position(): NewsPosition {
    return { runId: this.#runId, next: Math.max(1, this.#mark, this.#lastFrom + 1) };
  }

  /** Sentiments that wait for their ticks. */
  get waiting(): number {
    return this.#pending.length - this.#applied;
  }

  /**
   * A connection to the news of the run `runId` starts with the news that holds from the tick `next` on. Returns whether
   * an aligned timeline has no gap. If the run is another one, the news of the last one is forgotten.
   */
  begin(runId: number, next: number): boolean {
    if (!this.#aligned) return true;
    if (runId === this.#runId) return next <= this.position.next;
    this.#runId = runId;
    this.#mark = 0;
    this.#lastFrom = 0;
    this.#pending = [];
    this.#applied = 0;
    this.sentiment = Number.NaN;
    return next <= 1;
  }

  /** The connection closed. Its last sentiment must not be traded on; ticks of an aligned timeline wait for the next one. */
  disconnected(): void {
    if (!this.#aligned) this.sentiment = Number.NaN;
  }

  /** Adds a sentiment that holds from the tick `fromSequence` on. */
  add(sentiment: number, fromSequence: number): void {
    if (!this.#aligned) {
      this.#apply(sentiment);
      return;
    }
    this.#lastFrom = fromSequence;
    this.#pending.push({ sentiment, fromSequence });
  }

  /** No later sentiment holds for a tick before `sequence`. */
  mark(sequence: number): void {
    this.#mark = Math.max(this.#mark, sequence);
  }

  /** Whether all news that holds for this tick of the run has arrived. */
  isKnownFor(runId: number, sequence: number): boolean {
    return !this.#aligned || (sequence < this.#mark && runId === this.#runId);
  }

  /** Sets the sentiment to the one that holds for this tick. */
  advanceTo(sequence: number): void {
    while (this.#applied < this.#pending.length && this.#pending[this.#applied].fromSequence <= sequence)
      this.#applyNext();
  }

  #applyNext(): void {
    const { sentiment } = this.#pending[this.#applied];
    this.#applied++;
    if (this.#applied === this.#pending.length || this.#applied === APPLIED_MAX) {
      this.#pending = this.#pending.slice(this.#applied);
      this.#applied = 0;
    }
    this.#apply(sentiment);
  }

  #apply(sentiment: number): void {
    this.sentiment = sentiment;
    this.#onApplied(sentiment);
  }
}
