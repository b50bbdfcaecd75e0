// Ticks in columns, in arrays that are allocated once and reused.

/** Consecutive ticks that left their feed together: a decoder fills it, a book applies it. */
export class TickRun {
  readonly capacity: number;
  /** The index of each tick's symbol in the table. */
  readonly symbols: Int32Array;
  /** USD. */
  readonly prices: Float64Array;
  /** When each tick was made, by its data: ms since 1970 UTC. NaN, the start value, if that is not known. */
  readonly marketTimesMs: Float64Array;
  count = 0;
  /** The sequence number of the first tick; the others follow without a gap. */
  firstSequence = 0;
  /** When they left the feed, CLOCK_MONOTONIC in ns. */
  timeNs = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.symbols = new Int32Array(capacity);
    this.prices = new Float64Array(capacity);
    this.marketTimesMs = new Float64Array(capacity).fill(Number.NaN);
  }
}

/** Ticks as they are read from the ring, from one run or several. */
export class TickBatch {
  readonly capacity: number;
  /** The index of each tick's symbol in the table. */
  readonly symbols: Int32Array;
  /** USD. */
  readonly prices: Float64Array;
  /** The sequence number of each tick. */
  readonly sequences: Float64Array;
  /** When each tick left the feed, CLOCK_MONOTONIC in ns. */
  readonly timesNs: Float64Array;
  /** When each tick was made, by its data: ms since 1970 UTC; NaN if that is not known. */
  readonly marketTimesMs: Float64Array;
  count = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.symbols = new Int32Array(capacity);
    this.prices = new Float64Array(capacity);
    this.sequences = new Float64Array(capacity);
    this.timesNs = new Float64Array(capacity);
    this.marketTimesMs = new Float64Array(capacity);
  }
}
