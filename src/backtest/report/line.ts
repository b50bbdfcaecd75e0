// The path of a line through many points, with no more of them than pixels can show.

import type { Scale } from './scale.ts';

/** Points in order of time. */
export interface Points {
  readonly count: number;
  x(index: number): number;
  y(index: number): number;
}

/** The `d` of an SVG path. Of the points of one pixel column it keeps the first, lowest, highest and last. */
export function linePath(points: Points, x: Scale, y: Scale): string {
  const parts: string[] = [];
  let column = Number.NaN;
  let [low, high, last]: (number | undefined)[] = [];
  const flush = () => {
    const kept = [...new Set([low, high, last])].filter((index) => index !== undefined);
    for (const index of kept.sort((one, other) => one - other)) push(index);
  };
  const push = (index: number) => {
    parts.push(`${fixed(x(points.x(index)))} ${fixed(y(points.y(index)))}`);
  };
  for (let index = 0; index < points.count; index++) {
    const at = Math.round(x(points.x(index)));
    if (at !== column) {
      flush();
      column = at;
      push(index);
      low = undefined;
      high = undefined;
      last = undefined;
      continue;
    }
    last = index;
    if (low === undefined || points.y(index) < points.y(low)) low = index;
    if (high === undefined || points.y(index) > points.y(high)) high = index;
  }
  flush();
  return parts.length === 0 ? '' : `M${parts.join('L')}`;
}

/** A number of pixels with one decimal. */
export function fixed(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}
