// The effect of a change, from many pairs of short measurements, one without it and one with it. Whatever the machine does
// meanwhile affects both of a pair, and cancels out.

import { median } from './benchmark.ts';

/** Standard deviations that cover 95 % of a normal distribution. */
const CERTAIN = 1.96;

/** The change of each pair, in percent of the value without it. */
export function changes(without: readonly number[], withIt: readonly number[]): number[] {
  return withIt.map((value, index) => (value / without[index] - 1) * 100);
}

/**
 * The 95 % confidence interval of the median, from the ranks of the samples, for any distribution. With fewer than six
 * samples it is less certain, and runs from the least to the greatest.
 */
export function intervalOfMedian(samples: readonly number[]): { from: number; median: number; to: number } {
  const sorted = [...samples].sort((a, b) => a - b);
  const below = Math.floor((sorted.length - CERTAIN * Math.sqrt(sorted.length)) / 2);
  const rank = Math.max(0, below - 1);
  return { from: sorted[rank], median: median(sorted), to: sorted[sorted.length - 1 - rank] };
}
