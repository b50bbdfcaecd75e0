// Waits for a condition, and never for a time alone.

import { setTimeout as sleep } from 'node:timers/promises';
import { TicklineError } from '../../src/platform/errors.ts';

const POLL_MS = 5;
const TIMEOUT_MS = 60_000;

/** A condition did not come true in time. */
export class ConditionTimeoutError extends TicklineError {
  constructor(condition: string, timeoutMs: number, details: string) {
    super(`not within ${timeoutMs / 1_000} s: ${condition}${details === '' ? '' : `\n${details}`}`);
  }
}

export interface PollOptions {
  /** A minute by default. */
  readonly timeoutMs?: number | undefined;
  /** Ends the waiting early. */
  readonly signal?: AbortSignal | undefined;
  /** Called after a time-out; its text goes into the error. */
  readonly details?: () => string;
}

/**
 * Polls `holds` until it returns true.
 * @param condition what has to come true, in words for the error
 * @throws ConditionTimeoutError, the reason of `signal` once that is aborted, and whatever `holds` throws
 */
export async function until(
  condition: string,
  holds: () => boolean | Promise<boolean>,
  { timeoutMs = TIMEOUT_MS, signal, details = () => '' }: PollOptions = {},
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const isTrue = await holds();
    signal?.throwIfAborted(); // also when it holds: the caller must not go on
    if (isTrue) return;
    if (performance.now() > deadline) throw new ConditionTimeoutError(condition, timeoutMs, details());
    await sleep(POLL_MS);
  }
}
