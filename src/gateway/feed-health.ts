// Shows in counters and log whether the feed delivers, and what it lost.

import type { CounterName } from '../monitoring/counter-table.ts';
import { counted } from '../platform/counted.ts';
import { GrowingCount } from '../platform/growing-count.ts';
import type { Log } from '../platform/log.ts';
import type { Feed, FeedStatus } from './feeds/feed.ts';
import type { FeedLosses } from './feeds/feed-losses.ts';

interface Counters {
  add(name: CounterName, count?: number): void;
  set(name: CounterName, value: number): void;
}

const COUNTER_OF = {
  connections: 'gateway.feedConnections',
  gaps: 'gateway.feedGaps',
  missed: 'gateway.feedTicksMissed',
  repeated: 'gateway.feedTicksRepeated',
  late: 'gateway.feedTicksLate',
} as const satisfies Record<keyof FeedLosses, CounterName>;

const NOTHING: FeedLosses = { connections: 0, gaps: 0, missed: 0, repeated: 0, late: 0 };

export class FeedHealth {
  readonly #log: Log;
  readonly #counters: Counters;
  readonly #feed: Feed;
  readonly #gaps = new GrowingCount(() => this.#logGaps());
  readonly #dropped = new GrowingCount((count) => this.#logDropped(count));
  #isDown = false;
  #counted = NOTHING;

  constructor(log: Log, counters: Counters, feed: Feed) {
    this.#log = log;
    this.#counters = counters;
    this.#feed = feed;
    feed.onStatus((status) => this.#setStatus(status));
  }

  /** Counts what was lost since the last call, and logs it at most once per second. @param isLast logs it in any case */
  report(isLast = false): void {
    const { losses } = this.#feed;
    if (losses === undefined) return;
    for (const [key, counter] of Object.entries(COUNTER_OF) as [keyof FeedLosses, CounterName][]) {
      if (losses[key] > this.#counted[key]) this.#counters.add(counter, losses[key] - this.#counted[key]);
    }
    this.#counted = { ...losses };
    this.#gaps.report(losses.gaps, isLast);
    this.#dropped.report(losses.repeated + losses.late, isLast);
  }

  #logGaps(): void {
    const { gaps, missed } = this.#counted;
    this.#log.warn(
      { event: 'feed-gaps', gaps, missed },
      `the source lost ticks so far: gaps ${gaps}, missed ${missed}`,
    );
  }

  #logDropped(count: number): void {
    const { repeated, late } = this.#counted;
    this.#log.info(
      { event: 'feed-ticks-dropped', count, repeated, late },
      `dropped ${counted(count, 'trade')} of the feed so far: ${repeated} came twice or after a later one, ${late} too late to trade on`,
    );
  }

  #setStatus(status: FeedStatus): void {
    const wasDown = this.#isDown;
    this.#isDown = status.state === 'down';
    this.#counters.set('gateway.feedDown', Number(this.#isDown));
    if (status.state === 'down') {
      const { reason } = status;
      this.#log.warn({ event: 'feed-down', reason }, `the feed is down: ${reason}`);
    } else if (wasDown) {
      this.#log.info({ event: 'feed-up' }, 'the feed is up again');
    }
  }
}
