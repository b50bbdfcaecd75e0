// What outlives an OrderBook whose price book is removed: its counters, and where in the run of the Gateway they end. The
// next OrderBook continues both in a new book.

import type { FeedPosition } from '@tickline/price-book';

const RUN_ID = 0;
const NEXT = 1;
const COUNTS = 2;
const DOUBLES = 512;

export class HeldState {
  /** For the counters. */
  readonly counts: Float64Array;
  /** Where the counters of the last OrderBook end; undefined if there was none. */
  readonly left: FeedPosition | undefined;
  readonly #position: Float64Array;

  /** @param memory zeros before the first OrderBook; undefined: private memory */
  constructor(memory: ArrayBuffer | undefined) {
    const values = new Float64Array(memory ?? new ArrayBuffer(DOUBLES * Float64Array.BYTES_PER_ELEMENT));
    this.counts = values.subarray(COUNTS);
    this.#position = values.subarray(0, COUNTS);
    const [runId = 0, next = 0] = this.#position;
    this.left = runId === 0 ? undefined : { runId, next };
  }

  /** The counters have all ticks before this one. Before the first run, what the last OrderBook left stays. */
  keep({ runId, next }: FeedPosition): void {
    if (runId === 0) return;
    this.#position[NEXT] = next;
    this.#position[RUN_ID] = runId;
  }
}
