// Whether a book is still what it was when it was mapped. Only its owner can harm it, by mistake; then nothing of it may
// be believed, and nobody may trade on it.

import fs from 'node:fs';
import type { BookMemory } from './book-memory.ts';
import { BookVersionError, NotABookError } from './errors.ts';
import { HEADER } from './layout.ts';
import { PriceTable } from './price-table.ts';
import { readShape } from './shape-header.ts';
import { fitsEntry } from './symbol.ts';

/**
 * What has become of a book, in words: its file was cut, or its header written over. Undefined when it is whole, and
 * when the file is gone or has another name, which is no damage to those who have mapped it. Some microseconds.
 */
export function damageOf(memory: BookMemory): string | undefined {
  const stat = fs.statSync(memory.path, { throwIfNoEntry: false });
  const size = stat?.ino === memory.inode ? stat.size : memory.shape.totalBytes;
  if (size < memory.shape.totalBytes) return `it has ${size} bytes of ${memory.shape.totalBytes}`;
  return headerFault(memory);
}

/** The header as it is in memory: zeros, after the file was cut and made longer again. */
function headerFault(memory: BookMemory): string | undefined {
  const header = Buffer.from(memory.bytes.buffer, 0, HEADER.bytes);
  try {
    const { symbolCapacity, ringCapacity } = readShape(memory.path, header, memory.shape.totalBytes);
    const { shape } = memory;
    const same = symbolCapacity === shape.symbolCapacity && ringCapacity === shape.ringCapacity;
    return same ? undefined : 'its header says another size than before';
  } catch (error) {
    if (error instanceof NotABookError || error instanceof BookVersionError)
      return 'its header was written over';
    throw error;
  }
}

/** Why a book that a dead writer left cannot be gone on with; undefined when it can. */
export function contentFault(memory: BookMemory): string | undefined {
  const { symbolCapacity, ringCapacity } = memory.shape;
  const count = memory.loadU32(HEADER.at.symbolCount);
  if (count > symbolCapacity) return `it has ${count} symbols in a table of ${symbolCapacity}`;
  const published = memory.loadU64(HEADER.at.published);
  const ahead = memory.loadU64(HEADER.at.intent) - published;
  if (!(Number.isSafeInteger(published) && ahead >= 0 && ahead <= ringCapacity))
    return `its ring has come to ${published}, and is about to write ${ahead} ticks more`;
  const table = new PriceTable(memory);
  const symbols = new Set(Array.from({ length: count }, (_, index) => table.symbolAt(index)));
  if (symbols.size < count || ![...symbols].every(fitsEntry)) return 'its table has entries without a symbol';
  return undefined;
}
