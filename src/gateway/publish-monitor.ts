// Logs and counts what happens to the streams that the Gateway writes.

import type { ProcessCounters } from '../monitoring/stack-book.ts';
import { counted } from '../platform/counted.ts';
import type { Log } from '../platform/log.ts';
import { LOGGED_PER_SECOND, LogThrottle } from '../platform/log-throttle.ts';

export class PublishMonitor {
  readonly #log: Log;
  readonly #counters: ProcessCounters;
  readonly #retries: LogThrottle;

  constructor(log: Log, counters: ProcessCounters) {
    this.#log = log;
    this.#counters = counters;
    this.#retries = new LogThrottle(log.warn, LOGGED_PER_SECOND);
  }

  stored(ticks: number): void {
    this.#counters.add('gateway.ticksPublished', ticks);
  }

  /** @param messages that no stream has acknowledged @param oldestMs age of their first tick */
  waiting(messages: number, oldestMs: number): void {
    this.#counters.set('gateway.publishWaiting', messages);
    this.#counters.set('gateway.publishDelayMs', Math.round(oldestMs));
  }

  retry(stream: string, reason: string): void {
    this.#counters.add('gateway.publishRetries');
    this.#retries.log(
      { event: 'publish-retry', stream, reason },
      `${stream} did not answer: ${reason}; trying again`,
    );
  }

  stalled(stream: string, reason: string): void {
    this.#log.error(
      { event: 'publish-stalled', stream, reason },
      `${stream} has stored nothing for 15 s (${reason}): expected a leader by then; ` +
        'see nats server report jetstream, and restart the server that leads it',
    );
  }

  /** At the end. */
  publishesRest(ticks: number, patienceMs: number): void {
    this.#log.info(
      { event: 'publishes-rest', ticks },
      `publishing the last ${counted(ticks, 'tick')} until none is stored for ${patienceMs / 1_000} s; another signal drops them`,
    );
  }

  leaderChanged(stream: string, leader: string): void {
    this.#counters.add('gateway.leaderChanges');
    this.#log.warn({ event: 'leader-changed', stream, leader }, `${stream} is now led by ${leader}`);
  }
}
