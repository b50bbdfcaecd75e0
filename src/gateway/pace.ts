// How fast a feed's ticks leave: at a rate, at the pace of their timestamps, or as fast as possible.

import type { FeedRate } from '../settings/feed-types.ts';
import type { FeedTraits } from '../settings/feeds.ts';

/** Which ticks may be sent now, and when to ask again. */
export interface Pace {
  /** Number of ticks that may be sent at `nowNs`, if their feed time is within `horizonNs`. */
  ticksDue(nowNs: number): number;
  /** The latest feed time that may be sent at `nowNs`, in ns. */
  horizonNs(nowNs: number): number;
  /** Records that ticks were sent. */
  sent(ticks: number): void;
  /** Milliseconds from `nowNs` until the next tick, whose feed time is `nextTimeNs`, may be sent. 0: now. */
  waitMs(nowNs: number, nextTimeNs: number): number;
}

const NS_PER_S = 1e9;
const NS_PER_MS = 1e6;

/**
 * @param pacing `own`: the feed sets the pace, and its ticks leave as they arrive, whatever the rate
 * @param startNs when the feed starts, CLOCK_MONOTONIC in ns
 */
export function createPace(pacing: FeedTraits['pacing'], rate: FeedRate, startNs: number): Pace {
  if (pacing === 'own' || isUnpaced(pacing, rate)) return new NoPace();
  if ('timesOwnPace' in rate) return new TimestampPace(rate.timesOwnPace, startNs);
  return new RatePace(rate.ticksPerSecond, startNs);
}

/** Whether ticks leave as fast as they are read, with `--rate max`. Then they wait in queues. */
export function isUnpaced(pacing: FeedTraits['pacing'], rate: FeedRate): boolean {
  return pacing !== 'own' && 'ticksPerSecond' in rate && rate.ticksPerSecond === Number.POSITIVE_INFINITY;
}

/**
 * An even rate. After a pause it catches up by one second of ticks at most, because more would be a burst.
 */
class RatePace implements Pace {
  readonly #ticksPerNs: number;
  readonly #catchUpMax: number;
  #startNs: number;
  #sent = 0;

  constructor(ticksPerSecond: number, startNs: number) {
    this.#ticksPerNs = ticksPerSecond / NS_PER_S;
    this.#catchUpMax = Math.max(1, ticksPerSecond);
    this.#startNs = startNs;
  }

  ticksDue(nowNs: number): number {
    const due = Math.floor((nowNs - this.#startNs) * this.#ticksPerNs) - this.#sent;
    if (due <= this.#catchUpMax) return Math.max(0, due);
    this.#startNs += (due - this.#catchUpMax) / this.#ticksPerNs;
    return this.#catchUpMax;
  }

  horizonNs(): number {
    return Number.POSITIVE_INFINITY;
  }

  sent(ticks: number): void {
    this.#sent += ticks;
  }

  waitMs(nowNs: number): number {
    const nextNs = this.#startNs + (this.#sent + 1) / this.#ticksPerNs;
    return Math.max(0, nextNs - nowNs) / NS_PER_MS;
  }
}

/** The pace of the timestamps, multiplied by a factor. */
class TimestampPace implements Pace {
  readonly #factor: number;
  readonly #startNs: number;

  constructor(factor: number, startNs: number) {
    this.#factor = factor;
    this.#startNs = startNs;
  }

  ticksDue(): number {
    return Number.POSITIVE_INFINITY;
  }

  horizonNs(nowNs: number): number {
    return (nowNs - this.#startNs) * this.#factor;
  }

  sent(): void {}

  waitMs(nowNs: number, nextTimeNs: number): number {
    return Math.max(0, (nextTimeNs - this.horizonNs(nowNs)) / this.#factor / NS_PER_MS);
  }
}

/** As fast as the clients or the machine allow. */
class NoPace implements Pace {
  ticksDue(): number {
    return Number.POSITIVE_INFINITY;
  }

  horizonNs(): number {
    return Number.POSITIVE_INFINITY;
  }

  sent(): void {}

  waitMs(): number {
    return 0;
  }
}
