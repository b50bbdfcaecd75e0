// The ticks of a backtest: in memory, oldest first, in columns that threads share.

export interface History {
  /** By index. */
  readonly symbols: readonly string[];
  /** Market time of each tick in ms since 1970 UTC; never goes back. */
  readonly timesMs: Float64Array;
  /** Index of each tick's symbol. */
  readonly symbolIndices: Int32Array;
  /** USD. */
  readonly prices: Float64Array;
  /** Number of each tick in the whole file, from 1. */
  readonly sequences: Float64Array;
  /** The tick number from which each sentiment holds; ascending. */
  readonly newsSequences: Float64Array;
  /** 0 to 100. */
  readonly sentiments: Float64Array;
}

/** The ticks of the rows from `first` up to, not including, `end`. They keep their numbers, and so their news. */
export function historyBetween(history: History, first: number, end: number): History {
  return {
    ...history,
    timesMs: history.timesMs.subarray(first, end),
    symbolIndices: history.symbolIndices.subarray(first, end),
    prices: history.prices.subarray(first, end),
    sequences: history.sequences.subarray(first, end),
  };
}

/** The first row whose time is at or after `timeMs`; the number of rows if there is none. */
export function firstRowFrom({ timesMs }: History, timeMs: number): number {
  let [low, high] = [0, timesMs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesMs[middle] < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Float64Array in memory that threads share. */
export function sharedFloats(values: ArrayLike<number>): Float64Array {
  const shared = new Float64Array(new SharedArrayBuffer(values.length * Float64Array.BYTES_PER_ELEMENT));
  shared.set(values);
  return shared;
}

/** Int32Array in memory that threads share. */
export function sharedIntegers(values: ArrayLike<number>): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(values.length * Int32Array.BYTES_PER_ELEMENT));
  shared.set(values);
  return shared;
}
