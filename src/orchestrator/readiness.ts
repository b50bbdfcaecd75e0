// Waits for a process that starts, by what it does: it listens on its port, or it works in the price book.

import { setTimeout as sleep } from 'node:timers/promises';
import { NotReadyError } from './errors.ts';

const POLL_MS = 5;

/** How long to wait for a process. */
export interface Patience {
  readonly timeoutMs: number;
  /** Ends the wait early. */
  readonly signal: AbortSignal;
}

/**
 * Polls `isReady` until it returns true.
 * @throws NotReadyError after `timeoutMs`, the reason of `signal` when it is aborted, and whatever isReady
 * throws
 */
export async function untilReady(
  name: string,
  { timeoutMs, signal }: Patience,
  isReady: () => Promise<boolean> | boolean,
): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const ready = await isReady();
    signal.throwIfAborted(); // also when it is ready: the caller must not start the next process
    if (ready) return;
    if (performance.now() > until) throw new NotReadyError(name, timeoutMs);
    await sleep(POLL_MS);
  }
}
