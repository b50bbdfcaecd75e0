// Checks that a book is still as it was when it was mapped. A program of the same user can damage it by mistake; then
// nothing in it may be relied on.

import fs from 'node:fs';
import type { BookMemory } from './book-memory.ts';
import { BookVersionError, NotABookError } from './errors.ts';
import { HEADER } from './layout.ts';
import { PriceTable } from './price-table.ts';
import { readShape } from './shape-header.ts';
import { fitsEntry } from './symbol.ts';

/**
 * The damage to a book as a clause: its file was truncated, or its header overwritten. Undefined if it is intact, and
 * also if the file was removed or replaced, because mappings stay intact then. Costs some microseconds.
 */
export function damageOf(memory: BookMemory): string | undefined {
  const stat = fs.statSync(memory.path, { throwIfNoEntry: false });
  const size = stat?.ino === memory.inode ? stat.size : memory.shape.totalBytes;
  if (size < memory.shape.totalBytes) return `it has ${size} bytes of ${memory.shape.totalBytes}`;
  return headerFault(memory);
}

/** Reads the header from memory: it is zeros if the file was truncated and then extended. */
function headerFault(memory: BookMemory): string | undefined {
  const header = Buffer.from(memory.bytes.buffer, 0, HEADER.bytes);
  try {
    const { symbolCapacity, ringCapacity } = readShape(memory.path, header, memory.shape.totalBytes);
    const { shape } = memory;
    const same = symbolCapacity === shape.symbolCapacity && ringCapacity === shape.ringCapacity;
    return same ? undefined : 'its header has another size than before';
  } catch (error) {
    if (error instanceof NotABookError || error instanceof BookVersionError)
      return 'its header was overwritten';
    throw error;
  }
}

/** Why a new writer cannot continue a book that a dead writer left, as a clause; undefined if it can. */
export function contentFault(memory: BookMemory): string | undefined {
  const { symbolCapacity, ringCapacity } = memory.shape;
  const count = memory.loadU32(HEADER.at.symbolCount);
  if (count > symbolCapacity) return `it has ${count} symbols in a table of ${symbolCapacity}`;
  const published = memory.loadU64(HEADER.at.published);
  const ahead = memory.loadU64(HEADER.at.intent) - published;
  if (!(Number.isSafeInteger(published) && ahead >= 0 && ahead <= ringCapacity))
    return `its ring has published ${published} ticks and announced ${ahead} more`;
  const table = new PriceTable(memory);
  const symbols = new Set(Array.from({ length: count }, (_, index) => table.symbolAt(index)));
  if (symbols.size < count || ![...symbols].every(fitsEntry)) return 'its table has entries without a symbol';
  return undefined;
}
