// When sentiments are sent: at an interval, or every N ticks.

import assert from 'node:assert/strict';
import type { FeedRate } from '../settings/feed-types.ts';
import type { GatewaySettings } from '../settings/settings.ts';

/** When the next sentiment is sent. It calls the `send` it was made with. */
export interface NewsPace {
  /** The feed starts now. */
  start(): void;
  /**
   * Ticks that may be sent before the next sentiment. Sends one that is due before the tick `nextSequence`.
   */
  ticksToNext(nextSequence: number): number;
  stop(): void;
}

export type NewsPaceSettings = Pick<GatewaySettings, 'lossless' | 'newsEvery' | 'rate'>;

const MS_PER_S = 1_000;
/** Ticks between sentiments in lossless mode if the rate does not say how many ticks an interval has. */
const EVERY_TICKS = 10_000;

/** @param first number of the first tick that this Gateway sends */
export function createNewsPace(settings: NewsPaceSettings, first: number, send: () => void): NewsPace {
  const { newsEvery } = settings;
  const everyTicks = ticksBetweenNews(settings);
  if (everyTicks !== undefined) return new TickNewsPace(everyTicks, first, send);
  assert.ok('ms' in newsEvery, 'news has an interval in ticks or in time');
  return new TimeNewsPace(newsEvery.ms, send);
}

/**
 * Ticks from one sentiment to the next; undefined if sentiments are sent by the clock. In lossless mode they are
 * always counted in ticks: only then does every run give the same.
 */
export function ticksBetweenNews({ lossless, newsEvery, rate }: NewsPaceSettings): number | undefined {
  if ('ticks' in newsEvery) return newsEvery.ticks;
  return lossless ? ticksIn(newsEvery.ms, rate) : undefined;
}

/** Sentiments that hold from ticks before `sequence`: the first holds from tick 1. */
export function sentimentsBefore(sequence: number, everyTicks: number): number {
  return Math.ceil((sequence - 1) / everyTicks);
}

/** Ticks that leave within `ms` at `rate`, at least 1. */
function ticksIn(ms: number, rate: FeedRate): number {
  if ('timesOwnPace' in rate || rate.ticksPerSecond === Number.POSITIVE_INFINITY) return EVERY_TICKS;
  return Math.max(1, Math.round((rate.ticksPerSecond * ms) / MS_PER_S));
}

class TimeNewsPace implements NewsPace {
  readonly #intervalMs: number;
  readonly #send: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number, send: () => void) {
    this.#intervalMs = intervalMs;
    this.#send = send;
  }

  start(): void {
    this.#send();
    this.#timer = setInterval(this.#send, this.#intervalMs);
  }

  ticksToNext(): number {
    return Number.POSITIVE_INFINITY;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

class TickNewsPace implements NewsPace {
  readonly #everyTicks: number;
  readonly #send: () => void;
  /** Number of the tick before which the next sentiment is due. */
  #nextAt: number;

  constructor(everyTicks: number, first: number, send: () => void) {
    this.#everyTicks = everyTicks;
    this.#nextAt = 1 + sentimentsBefore(first, everyTicks) * everyTicks;
    this.#send = send;
  }

  start(): void {}

  ticksToNext(nextSequence: number): number {
    if (nextSequence >= this.#nextAt) {
      this.#send();
      this.#nextAt += this.#everyTicks;
    }
    return this.#nextAt - nextSequence;
  }

  stop(): void {}
}
