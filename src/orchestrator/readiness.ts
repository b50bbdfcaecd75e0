// Whether a process is ready, seen from outside: by its port, or by what it does in the price book.

import { setTimeout as sleep } from 'node:timers/promises';
import { TicklineError } from '../platform/errors.ts';

const POLL_MS = 5;

/** A process that was not ready in time. */
export class NotReadyError extends TicklineError {
  constructor(name: string, waitedMs: number) {
    super(`${name} was not ready after ${waitedMs / 1000} s; its log says why`);
  }
}

/** How long to wait for a process, and what ends the waiting before. */
export interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Looks at `isReady` until it is true.
 * @throws NotReadyError after `timeoutMs`, the reason of `signal` once that is aborted, and whatever isReady throws
 */
export async function untilReady(
  name: string,
  { timeoutMs, signal }: Patience,
  isReady: () => Promise<boolean> | boolean,
): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const ready = await isReady();
    signal.throwIfAborted(); // also when it is ready: nothing more is to be started
    if (ready) return;
    if (performance.now() > until) throw new NotReadyError(name, timeoutMs);
    await sleep(POLL_MS);
  }
}
