// The wait for the streams at the end: it lasts as long as they take what is left, however slowly.

import { withTimeout } from '../platform/timeout.ts';

/**
 * Resolves with true once `idle` does, and with false if `left` has not become less for `patienceMs`.
 * @param left what is not stored yet
 */
export async function untilStored(
  idle: Promise<void>,
  left: () => number,
  patienceMs: number,
): Promise<boolean> {
  const stored = idle.then(() => true);
  let before = Number.POSITIVE_INFINITY;
  while (left() < before) {
    before = left();
    if (await withTimeout(stored, patienceMs)) return true;
  }
  return false;
}
