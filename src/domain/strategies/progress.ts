// Where a strategy is, in words that another thread may read while this one hangs.

/** The hooks; the place in the list is the number in the progress. */
export const HOOKS = ['none', 'load', 'create', 'start', 'onTick', 'onNews', 'onReport', 'publish'] as const;
export type Hook = (typeof HOOKS)[number];

/** The words of the progress. */
export const PROGRESS = {
  /** The hook that runs, by its place in HOOKS; 0 for none. */
  hook: 0,
  /** The index of the symbol of the last tick. */
  symbol: 1,
  /** Calls of hooks so far. */
  calls: 2,
  words: 3,
} as const;

/** A progress of its own, or one in memory that threads share. */
export function newProgress(
  memory: SharedArrayBuffer | ArrayBuffer = new ArrayBuffer(PROGRESS.words * Int32Array.BYTES_PER_ELEMENT),
): Int32Array {
  return new Int32Array(memory);
}
