// Logs and counts which manager of a cluster is active, and what keeps it from its streams.

import type { ProcessCounters } from '../monitoring/stack-book.ts';
import type { Log } from '../platform/log.ts';
import { LogThrottle } from '../platform/log-throttle.ts';
import type { LogEntry } from '../protocol/report-log.ts';

export class LeadershipMonitor {
  readonly #log: Log;
  readonly #counters: ProcessCounters;
  readonly #restarts: LogThrottle;
  readonly #noAnswers: LogThrottle;
  readonly #badCalls: LogThrottle;
  readonly #refused: LogThrottle;
  /** Whom this manager stands by for. */
  #standbyFor: string | undefined;
  /** performance.now() since when messages are left. */
  #behindSince: number | undefined;

  constructor(log: Log, counters: ProcessCounters) {
    this.#log = log;
    this.#counters = counters;
    this.#restarts = new LogThrottle(log.warn);
    this.#noAnswers = new LogThrottle(log.warn);
    this.#badCalls = new LogThrottle(log.warn);
    this.#refused = new LogThrottle(log.warn);
  }

  setActive(isActive: boolean): void {
    this.#counters.set('order-manager.active', isActive ? 1 : 0);
  }

  /** @param messages of the stream that this manager reads, which it has not processed */
  setLag(messages: number): void {
    this.#counters.set('order-manager.streamLag', messages);
    if (messages === 0) this.#behindSince = undefined;
    else this.#behindSince ??= performance.now();
    this.reportDelay();
  }

  /** Counts for how long it is behind. Call it periodically. */
  reportDelay(): void {
    const since = this.#behindSince;
    this.#counters.set(
      'order-manager.streamDelayMs',
      since === undefined ? 0 : Math.round(performance.now() - since),
    );
  }

  leaderChanged(stream: string, leader: string): void {
    this.#counters.add('order-manager.leaderChanges');
    this.#log.warn({ event: 'leader-changed', stream, leader }, `${stream} is now led by ${leader}`);
  }

  setStrategies(count: number): void {
    this.#counters.set('order-manager.clients', count);
  }

  /** @param holder empty while none is known */
  logStandby(holder: string): void {
    if (holder === '' || this.#standbyFor === holder) return;
    this.#standbyFor = holder;
    this.#log.info(
      { event: 'standby', active: holder },
      `standing by for ${holder}, which answers the orders`,
    );
  }

  logActive(epoch: number, sequence: number): void {
    this.#standbyFor = undefined;
    this.setActive(true);
    this.#counters.add('order-manager.takeovers');
    this.#log.info(
      { event: 'active', epoch, sequence },
      `answers the orders of the cluster, as epoch ${epoch}`,
    );
  }

  /** It may become active again. */
  logLost(reason: string): void {
    this.setActive(false);
    this.#counters.add('order-manager.fenced');
    this.#log.warn(
      { event: 'not-active', reason },
      `answers no orders any more: ${reason}; reads the log again`,
    );
  }

  logRestart(stream: string, reason: string): void {
    this.#counters.add('order-manager.streamRestarts');
    this.#restarts.log({ event: 'stream-restart', stream, reason }, `reads ${stream} anew: ${reason}`);
  }

  logNoAnswer(reason: string): void {
    this.#noAnswers.log(
      { event: 'nats-no-answer', reason },
      `NATS did not answer, and is asked again: ${reason}`,
    );
  }

  logBadCall(reason: string): void {
    this.#counters.add('order-manager.badFrames');
    this.#badCalls.log({ event: 'bad-frame', reason }, `dropped a call: ${reason}`);
  }

  logRefused(strategy: string, reason: string): void {
    this.#counters.add('order-manager.logonsRefused');
    this.#refused.log({ event: 'logon-refused', client: strategy, reason }, `refused ${strategy}: ${reason}`);
  }

  /** It gets an entry too, so that nobody waits for it. */
  logUnreadable(strategy: string, { content }: LogEntry): void {
    this.#counters.add('order-manager.badFrames');
    const reason = content.type === 'error' ? content.reason : '';
    this.#badCalls.log(
      { event: 'bad-frame', client: strategy, reason },
      `a message of ${strategy} is no order: ${reason}`,
    );
  }
}
