// Readers of this process that look as if they had been killed.

import type { BookMemory } from '../../../packages/price-book/book-memory.ts';
import { READER_CAPACITY, READER_SLOT } from '../../../packages/price-book/layout.ts';

/** Above the largest process id that Linux assigns. */
const DEAD = 2 ** 30;

/** Makes it so that a dead process holds the slots of this one. */
export function buryReaders({ memory }: { readonly memory: BookMemory }): void {
  for (let slot = 0; slot < READER_CAPACITY; slot++) {
    const word = (memory.shape.readerOffset + slot * READER_SLOT.bytes + READER_SLOT.at.pid) >> 2;
    if (memory.i32[word] === process.pid) memory.i32[word] = DEAD;
  }
}
