// Ways to damage a book, for tests of what a process does then.

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import type { AttachedPriceBook } from '../../../packages/price-book/attached-price-book.ts';
import { HEADER, SYMBOL_NAME, TABLE_ENTRY } from '../../../packages/price-book/layout.ts';
import type { PriceBookWriter } from '../../../packages/price-book/price-book-writer.ts';

function entryOffset({ memory }: PriceBookWriter, index: number): number {
  return memory.shape.tableOffset + index * TABLE_ENTRY.bytes;
}

/** Leaves an entry as a writer does that dies in the middle of a write; a second call finishes the write. */
export function toggleHalfWritten(book: PriceBookWriter, index = 0): void {
  book.memory.i32[(entryOffset(book, index) + TABLE_ENTRY.at.version) >> 2]++;
}

/** Overwrites the first character of an entry's symbol. */
export function overwriteSymbol(book: PriceBookWriter, index: number, character: string): void {
  book.memory.bytes[book.memory.shape.symbolOffset + index * SYMBOL_NAME.bytes] = character.charCodeAt(0);
}

/** Writes noise into the file, over the counters of all processes. */
export function overwriteCounters({ memory }: Pick<AttachedPriceBook, 'memory'>): void {
  const { counterOffset, symbolOffset } = memory.shape;
  const file = fs.openSync(memory.path, 'r+');
  fs.writeSync(file, randomBytes(symbolOffset - counterOffset), 0, undefined, counterOffset);
  fs.closeSync(file);
}

/** Makes the header claim that the file is larger than it is. */
export function claimMoreBytes({ memory }: PriceBookWriter): void {
  memory.storeU64(HEADER.at.totalBytes, memory.shape.totalBytes + 1);
}

export function overwriteLayoutVersion({ memory }: PriceBookWriter, version: number): void {
  memory.storeU32(HEADER.at.layoutVersion, version);
}
