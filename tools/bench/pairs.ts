// What a change makes of a figure, from many pairs of short measurements, one without it and one with it: what the
// machine does meanwhile meets both of a pair, and falls out.

import { median } from './benchmark.ts';

/** Standard deviations of the sign of a pair that 95 % of all samples lie within. */
const CERTAIN = 1.96;

/** The change of each pair, in percent of what it is without. */
export function changes(without: readonly number[], withIt: readonly number[]): number[] {
  return withIt.map((value, index) => (value / without[index] - 1) * 100);
}

/**
 * Where the true median lies with 95 % certainty, whatever the samples are spread like: between two of them, by their
 * ranks. Of fewer than six samples no two are that certain: then the least and the greatest.
 */
export function intervalOfMedian(samples: readonly number[]): { from: number; median: number; to: number } {
  const sorted = [...samples].sort((a, b) => a - b);
  const below = Math.floor((sorted.length - CERTAIN * Math.sqrt(sorted.length)) / 2);
  const rank = Math.max(0, below - 1);
  return { from: sorted[rank], median: median(sorted), to: sorted[sorted.length - 1 - rank] };
}
