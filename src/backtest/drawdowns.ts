// Drawdowns of an equity curve: from a peak to the day on which the peak is reached again.

/** Indices are those of the curve. */
export interface Drawdown {
  /** The day of the peak. */
  readonly peak: number;
  /** The day of the lowest equity. */
  readonly trough: number;
  /** The first day at or above the peak again; undefined if the curve ends before. */
  readonly end: number | undefined;
  /** Loss from peak to trough as a fraction of the peak, above zero. */
  readonly depth: number;
}

/** All drawdowns in order of time. `start` is the equity before the first day; index -1 stands for it. */
export function drawdowns(start: number, equity: ArrayLike<number>): Drawdown[] {
  const found: Drawdown[] = [];
  let peak = -1;
  let peakEquity = start;
  let trough = -1;
  let low = start;
  for (let day = 0; day < equity.length; day++) {
    if (equity[day] < low) {
      low = equity[day];
      trough = day;
    }
    if (equity[day] < peakEquity) continue;
    if (low < peakEquity) found.push({ peak, trough, end: day, depth: 1 - low / peakEquity });
    peak = day;
    peakEquity = equity[day];
    low = peakEquity;
  }
  if (low < peakEquity) found.push({ peak, trough, end: undefined, depth: 1 - low / peakEquity });
  return found;
}

/** The deepest `count`, the deepest first. */
export function deepest(all: readonly Drawdown[], count: number): Drawdown[] {
  return [...all].sort((one, other) => other.depth - one.depth).slice(0, count);
}
