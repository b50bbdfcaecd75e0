// Ticks on their way through a process, in columns. Made once, filled again and again.

/** Ticks that left the Gateway together, numbered in a row: what a decoder fills and the book takes. */
export class TickRun {
  readonly capacity: number;
  /** Index of each tick's symbol in the book's table. */
  readonly symbols: Int32Array;
  /** USD. */
  readonly prices: Float64Array;
  count = 0;
  /** Number of the first tick in the Gateway's run; those after it follow in a row. */
  firstSequence = 0;
  /** When they left the Gateway, CLOCK_MONOTONIC in ns. */
  timeNs = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.symbols = new Int32Array(capacity);
    this.prices = new Float64Array(capacity);
  }
}

/** Ticks as the ring gives them, from one run or several. */
export class TickBatch {
  readonly capacity: number;
  /** Index of each tick's symbol in the book's table. */
  readonly symbols: Int32Array;
  /** USD. */
  readonly prices: Float64Array;
  /** Number of each tick in the Gateway's run. */
  readonly sequences: Float64Array;
  /** When each tick left the Gateway, CLOCK_MONOTONIC in ns. */
  readonly timesNs: Float64Array;
  count = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.symbols = new Int32Array(capacity);
    this.prices = new Float64Array(capacity);
    this.sequences = new Float64Array(capacity);
    this.timesNs = new Float64Array(capacity);
  }
}
