// The best plateau of a grid: the point whose neighbours are good as well. A lone peak is chance.

import { median } from '../statistics.ts';

export interface Placed {
  readonly place: readonly number[];
  readonly score: number;
}

/**
 * The median score of each point and its neighbours, one step away in any direction; points without a score are left
 * out. A point with less than half of the neighbours of an inner one, such as a corner, has none.
 * @param sizes how many values each axis has
 */
export function plateauScores(points: readonly Placed[], sizes: readonly number[]): number[] {
  const inner = sizes.reduce((product, size) => product * Math.min(size, 3), 1);
  const byPlace = new Map(points.map(({ place, score }) => [place.join(), score]));
  return points.map(({ place, score }) => {
    if (!Number.isFinite(score)) return Number.NEGATIVE_INFINITY;
    const around = neighbours(place)
      .map((one) => byPlace.get(one) ?? Number.NaN)
      .filter(Number.isFinite);
    return around.length * 2 < inner ? Number.NEGATIVE_INFINITY : median(around);
  });
}

/** The index of the highest value; the first of several. */
export function indexOfHighest(values: readonly number[]): number {
  let best = 0;
  for (const [index, value] of values.entries())
    if (value > values[best] || Number.isNaN(values[best])) best = index;
  return best;
}

/** The keys of the place and of all places that differ by at most one step on each axis. */
function neighbours(place: readonly number[]): string[] {
  let found: number[][] = [[]];
  for (const at of place) found = found.flatMap((start) => [-1, 0, 1].map((step) => [...start, at + step]));
  return found.map((one) => one.join());
}
