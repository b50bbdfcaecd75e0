// Waits for a condition instead of for a time.

import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 10;
const TIMEOUT_MS = 60_000;

interface UntilOptions {
  readonly timeoutMs?: number | undefined;
  /** What to say besides, when the time is over. */
  readonly show?: () => string;
}

/** Looks at `holds` until it is true; throws after `timeoutMs`, a minute by default. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  { timeoutMs = TIMEOUT_MS, show }: UntilOptions = {},
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not in ${timeoutMs} ms: ${what}\n${show?.() ?? ''}`);
    await sleep(POLL_MS);
  }
}
