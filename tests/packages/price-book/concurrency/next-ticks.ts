// Waits for ticks like a reader, but with a time-out that is long enough to notice a lost wake-up.

import { nowNs } from '../../../../packages/posix/clock.ts';
import { futexTimeout } from '../../../../packages/posix/libc.ts';
import type { AttachedPriceBook } from '../../../../packages/price-book/attached-price-book.ts';
import type { TickBatch } from '../../../../packages/price-book/tick-batch.ts';
import type { TickRingReader } from '../../../../packages/price-book/tick-ring.ts';

const PATIENCE_NS = 20e9;
const PATIENCE = futexTimeout(PATIENCE_NS);

/** Resolves when `batch` has ticks. @throws Error if the bell does not ring for 20 s */
export async function nextTicks(
  book: AttachedPriceBook,
  ticks: TickRingReader,
  batch: TickBatch,
): Promise<void> {
  const giveUpNs = nowNs() + PATIENCE_NS;
  while (nowNs() < giveUpNs) {
    const bell = book.doorbell.value;
    if (ticks.read(batch) > 0) return;
    await book.doorbell.wait(bell, PATIENCE);
  }
  throw new Error(`${book.memory.path}: no tick within ${PATIENCE_NS / 1e9} s, a wake-up was lost`);
}
