// How a TickReader waits for the next ticks. Each strategy trades latency against CPU time.

import { futexTimeout, yieldCpu } from '@tickline/posix';
import type { Doorbell } from './shared-memory/doorbell.ts';

/** The longest time that BlockingWaitStrategy blocks the event loop: 1 ms. */
const BLOCKED_LOOP_TIMEOUT = futexTimeout(1e6);
/** How long SpinWaitStrategy spins before the event loop may serve its sockets. */
const SPIN_MS = 0.05;

/** What a strategy may know about the reader that waits. */
export interface WaitingReader {
  /** Whether ticks came recently and no message is due, so that the event loop may be blocked for a moment. */
  readonly mayBlockLoop: boolean;
}

/** Waits until there are ticks, or for a short time; the reader then looks again in any case. */
export interface WaitStrategy {
  /**
   * @param bell the doorbell's value from before the reader found the ring empty; if the bell has rung since, the
   *   strategy returns immediately
   * @returns a promise if the event loop runs while the strategy waits, undefined if the wait is over
   */
  wait(doorbell: Doorbell, bell: number, reader: WaitingReader): Promise<void> | undefined;
}

/**
 * Sleeps on the book's futex. While ticks are frequent it blocks the event loop, for at most 1 ms, because that wakes
 * up soonest; otherwise it sleeps on a thread of libuv's pool, and the event loop runs.
 */
export class BlockingWaitStrategy implements WaitStrategy {
  wait(doorbell: Doorbell, bell: number, reader: WaitingReader): Promise<void> | undefined {
    if (!reader.mayBlockLoop) return doorbell.wait(bell);
    doorbell.waitHere(bell, BLOCKED_LOOP_TIMEOUT);
    return undefined;
  }
}

/** Watches the doorbell without sleeping: the lowest latency, for a whole core. */
export class SpinWaitStrategy implements WaitStrategy {
  wait(doorbell: Doorbell, bell: number): undefined {
    const until = performance.now() + SPIN_MS;
    while (doorbell.value === bell && performance.now() < until) yieldCpu();
  }
}
