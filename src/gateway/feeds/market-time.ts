// The market time of the ticks of a source: its timestamps, as a time that never goes backwards.

import { MARKET_TIME_MS_MAX } from '../../protocol/market-time.ts';
import type { Timestamp } from './timestamp.ts';

/**
 * A timestamp that goes backwards counts as equal to the one before. A replay that starts again continues: its first
 * tick has the time of the last one, and the others are as far apart as in the first pass.
 */
export class MarketTime {
  #firstMs: number | undefined;
  #lastMs = -MARKET_TIME_MS_MAX;
  /** What is added to the timestamps of the present pass, in ms. */
  #shiftMs = 0;

  /** Market time of the next tick, in whole ms since 1970 UTC. */
  next({ epochMs }: Timestamp): number {
    this.#firstMs ??= epochMs;
    this.#lastMs = Math.max(this.#lastMs, Math.min(epochMs + this.#shiftMs, MARKET_TIME_MS_MAX));
    return this.#lastMs;
  }

  /** The next timestamp is the first of the source again. @param passes how many times the source has been read */
  restart(passes = 1): void {
    if (this.#firstMs === undefined) return;
    const spanMs = this.#lastMs - this.#shiftMs - this.#firstMs;
    this.#shiftMs += passes * spanMs;
  }
}
