// Books for tests: names that no other test has, files that are gone afterwards, and books without a file.

import fs from 'node:fs';
import type { TestContext } from 'node:test';
import { bookFiles } from '../../../packages/price-book/book-file.ts';
import { BookMemory } from '../../../packages/price-book/book-memory.ts';
import { bookShape } from '../../../packages/price-book/layout.ts';

let made = 0;

/** A name for a book; whatever files it leaves are removed when the test ends, also after a failure. */
export function uniqueBook(t: TestContext): string {
  const name = `test-${process.pid}-${made++}`;
  t.after(() => removeBookFiles(name));
  return name;
}

function removeBookFiles(name: string): void {
  for (const file of bookFiles(name)) fs.rmSync(file, { force: true, recursive: true });
}

/** A book's memory without a file: for what one process can see alone. */
export function memoryWithoutFile(symbolCapacity: number, ringCapacity: number): BookMemory {
  const shape = bookShape(symbolCapacity, ringCapacity);
  const file = { path: 'no file', inode: 0, writable: true };
  return new BookMemory(file, new ArrayBuffer(shape.totalBytes), shape);
}
