// Waits for ticks as a reader does, but so long that a wake-up that was lost is noticed.

import type { AttachedPriceBook } from '../../src/shared-memory/attached-price-book.ts';
import type { TickBatch } from '../../src/shared-memory/tick-batch.ts';
import type { TickRingReader } from '../../src/shared-memory/tick-ring.ts';
import { futexTimeout } from '../../src/system/libc.ts';

const LONGER_THAN_ANY_TEST = futexTimeout(45e9);

export async function nextTicks(
  book: AttachedPriceBook,
  ticks: TickRingReader,
  batch: TickBatch,
): Promise<void> {
  for (;;) {
    const bell = book.doorbell.value;
    if (ticks.read(batch) > 0) return;
    await book.doorbell.wait(bell, LONGER_THAN_ANY_TEST);
  }
}
