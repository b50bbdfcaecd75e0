// P&L over time: every second of the last half hour, and one of thirty seconds of the day before.

import type { Pnl } from './blotter.ts';
import type { EquityPoint } from './messages.ts';

const FINE_MAX = 1_800;
const SECONDS_PER_COARSE = 30;
/** 24 hours. */
const COARSE_MAX = 2_880;
const CENTS = 100;

export class EquityHistory {
  #fine: EquityPoint[] = [];
  #coarse: EquityPoint[] = [];
  #count = 0;

  /** Call it once per second. @param now Unix ms @param ofEach P&L of each strategy */
  add(now: number, ofEach: readonly Pnl[]): EquityPoint {
    const realised = ofEach.reduce((sum, pnl) => sum + pnl.realised, 0);
    const unrealised = ofEach.reduce((sum, pnl) => sum + pnl.unrealised, 0);
    const flat = ofEach.flatMap((pnl) => [rounded(pnl.realised), rounded(pnl.unrealised)]);
    const point: EquityPoint = [now, rounded(realised), rounded(unrealised), ...flat];
    this.#fine.push(point);
    if (this.#fine.length > FINE_MAX) this.#keep(this.#fine.shift());
    return point;
  }

  /** Oldest first. */
  all(): readonly EquityPoint[] {
    return [...this.#coarse, ...this.#fine];
  }

  #keep(point: EquityPoint | undefined): void {
    if (point === undefined || this.#count++ % SECONDS_PER_COARSE !== 0) return;
    this.#coarse.push(point);
    if (this.#coarse.length > COARSE_MAX) this.#coarse.shift();
  }
}

/** USD to a hundredth of a cent: a run of cheap symbols has a P&L too. */
function rounded(usd: number): number {
  return Math.round(usd * CENTS * CENTS) / (CENTS * CENTS);
}
