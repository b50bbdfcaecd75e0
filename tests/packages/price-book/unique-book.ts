// Books for tests: unique names, files that are removed after the test, and books without a file.

import fs from 'node:fs';
import type { TestContext } from 'node:test';
import { bookFiles } from '../../../packages/price-book/book-file.ts';
import { BookMemory } from '../../../packages/price-book/book-memory.ts';
import { bookShape } from '../../../packages/price-book/layout.ts';

let made = 0;

/** A name for a book. Its files are removed when the test ends, even if it fails. */
export function uniqueBook(t: TestContext): string {
  const name = `test-${process.pid}-${made++}`;
  t.after(() => removeBookFiles(name));
  return name;
}

function removeBookFiles(name: string): void {
  for (const file of bookFiles(name)) fs.rmSync(file, { force: true, recursive: true });
}

/** The memory of a book without a file, for tests within one process. */
export function memoryWithoutFile(symbolCapacity: number, ringCapacity: number, inode = 0): BookMemory {
  const shape = bookShape(symbolCapacity, ringCapacity);
  const file = { path: 'no file', inode, writable: true };
  return new BookMemory(file, new ArrayBuffer(shape.totalBytes), shape);
}
