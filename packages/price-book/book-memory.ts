// The bytes of a book as typed arrays, all over one mapping.

import { ReadOnlyBookError } from './errors.ts';
import type { BookShape } from './layout.ts';
import { FileMemory, type MappedFile } from './shared-memory/file-memory.ts';

/** A mapped book. */
export class BookMemory extends FileMemory {
  readonly shape: BookShape;

  constructor(file: MappedFile, buffer: ArrayBuffer, shape: BookShape) {
    super(file, buffer);
    this.shape = shape;
  }

  /** Every method that writes calls it, because a store to a read-only mapping kills the process. @throws ReadOnlyBookError */
  override requireWritable(): void {
    if (!this.writable) throw new ReadOnlyBookError(this.path);
  }
}
