// Moves ticks from the feed to the price server: whatever is due, one batch per event-loop iteration.
//
//    feed ──fill──▶ open batch ──send──▶ clients      waits for the pace, for the feed's data,
//                                                     and, if lossless, for the OrderBook

import assert from 'node:assert/strict';
import { nowNs, yieldCpu } from '@tickline/posix';
import type { Feed } from './feeds/feed.ts';
import type { NewsPace } from './news-pace.ts';
import type { Pace } from './pace.ts';
import type { PriceServer } from './price-server.ts';
import type { TickFrames } from './tick-frames.ts';

/** How often a pump that is held back looks whether it still is. */
const HELD_BACK_MS = 1;
const TIMER_MS_MIN = 1;
/** Node fires a timer that is longer immediately. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** What the pump moves ticks between, and what holds them back. */
export interface PumpParts {
  readonly feed: Feed;
  readonly prices: Pick<PriceServer, 'open' | 'send' | 'end' | 'nextSequence'>;
  readonly pace: Pace;
  /** Cuts batches where a sentiment is due. */
  readonly newsPace: NewsPace;
  /** Whether nothing may be sent for now. */
  isHeldBack(): boolean;
}

export interface PumpHandler {
  /** A batch is filled and will be sent next: no client ever has a tick that was not counted. */
  onFilled(frames: TickFrames): void;
  onSent(): void;
  /** The feed has ended, and its last tick has been sent. */
  onEnd(): void;
  onFailure(error: unknown): void;
}

export class Pump {
  readonly #parts: PumpParts;
  readonly #handler: PumpHandler;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(parts: PumpParts, handler: PumpHandler) {
    this.#parts = parts;
    this.#handler = handler;
  }

  /** Sends what is due, and calls itself again until the feed ends. */
  run(): void {
    const { pace } = this.#parts;
    if (this.#stopped) return;
    if (this.#parts.isHeldBack()) {
      this.#timer = setTimeout(() => this.run(), HELD_BACK_MS);
      return;
    }
    const now = nowNs();
    this.#sendDue(now);
    this.#schedule(pace, now);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #sendDue(now: number): void {
    const { feed, prices, pace, newsPace } = this.#parts;
    const due = Math.min(pace.ticksDue(now), newsPace.ticksToNext(prices.nextSequence));
    if (due <= 0) return;
    const frames = prices.open();
    feed.fill(frames, due, pace.horizonNs(now));
    const { count: ticks } = frames;
    assert.ok(ticks <= due, 'the feed filled no more ticks than are due');
    if (ticks > 0) this.#handler.onFilled(frames);
    prices.send();
    if (ticks === 0) return;
    yieldCpu(); // with few cores the OrderBook may be waiting for this one
    pace.sent(ticks);
    this.#handler.onSent();
  }

  /**
   * Next run: immediately if more was due at `now` than was sent, else by a timer, so that ticks leave
   * together.
   */
  #schedule(pace: Pace, now: number): void {
    const { feed } = this.#parts;
    if (feed.ended) {
      this.#parts.prices.end();
      this.#handler.onEnd();
      return;
    }
    if (feed.waiting) {
      feed.ready().then(
        () => this.run(),
        (error) => this.#handler.onFailure(error),
      );
      return;
    }
    const waitMs = pace.waitMs(now, feed.nextTimeNs);
    const timerMs = Math.min(Math.max(TIMER_MS_MIN, waitMs), TIMER_MS_MAX);
    if (waitMs > 0) this.#timer = setTimeout(() => this.run(), timerMs);
    else setImmediate(() => this.run());
  }
}
