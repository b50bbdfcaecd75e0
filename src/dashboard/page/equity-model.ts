// P&L over time, as the page keeps and filters it. It uses no DOM.

import type { EquityPoint } from '../messages.ts';

/** Every second of half an hour is kept, and one of thirty before that. */
const FINE_MS = 1_800_000;
const COARSE_MS = 30_000;
const POINTS_MAX = 6_000;
const FIRST_STRATEGY = 3;

/** One point of the curve, USD. */
export interface EquityValue {
  /** Unix ms. */
  readonly at: number;
  readonly realised: number;
  readonly total: number;
  /** How far the total is below its highest value before; 0 or less. */
  readonly drawdown: number;
}

export class EquityModel {
  points: EquityPoint[] = [];

  add(points: readonly EquityPoint[]): void {
    this.points.push(...points);
    if (this.points.length > POINTS_MAX) this.points = thinned(this.points);
  }

  clear(): void {
    this.points = [];
  }

  /**
   * The curve of one strategy, or of all. Drawdowns count from the start of what is kept, so that they do not
   * depend on the range.
   * @param strategy index of the strategy; undefined for all
   * @param sinceMs Unix ms of the first point wanted
   */
  curve(strategy: number | undefined, sinceMs: number): EquityValue[] {
    let peak = Number.NEGATIVE_INFINITY;
    const values: EquityValue[] = [];
    for (const point of this.points) {
      const [realised, total] = pnlIn(point, strategy);
      peak = Math.max(peak, total);
      if (point[0] >= sinceMs) values.push({ at: point[0], realised, total, drawdown: total - peak });
    }
    return values;
  }

  /** The deepest drawdown of one strategy, or of all, in USD: 0 or less. */
  maxDrawdown(strategy: number | undefined): number {
    return this.curve(strategy, 0).reduce((deepest, { drawdown }) => Math.min(deepest, drawdown), 0);
  }
}

/** Realised and total. A strategy that was not there yet had none. */
function pnlIn(point: EquityPoint, strategy: number | undefined): readonly [number, number] {
  const at = strategy === undefined ? 1 : FIRST_STRATEGY + 2 * strategy;
  const realised = point[at] ?? 0;
  return [realised, realised + (point[at + 1] ?? 0)];
}

function thinned(points: readonly EquityPoint[]): EquityPoint[] {
  const fineFrom = (points.at(-1)?.[0] ?? 0) - FINE_MS;
  let keptAt = Number.NEGATIVE_INFINITY;
  return points
    .filter(([at]) => {
      if (at < fineFrom && at - keptAt < COARSE_MS) return false;
      keptAt = at;
      return true;
    })
    .slice(-POINTS_MAX / 2);
}
