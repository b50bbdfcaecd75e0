// The bytes of a book as typed arrays, all over one mapping.

import { ReadOnlyBookError } from './errors.ts';
import type { BookShape } from './layout.ts';
import { MappedMemory } from './shared-memory/mapped-memory.ts';

/** The file that a book is mapped from. */
export interface MappedFile {
  readonly path: string;
  /** Identifies the file, also after another one has taken its name. */
  readonly inode: number;
  readonly writable: boolean;
}

/** A mapped book. */
export class BookMemory extends MappedMemory {
  readonly path: string;
  readonly inode: number;
  readonly shape: BookShape;
  readonly writable: boolean;

  constructor(file: MappedFile, buffer: ArrayBuffer, shape: BookShape) {
    super(buffer);
    this.path = file.path;
    this.inode = file.inode;
    this.writable = file.writable;
    this.shape = shape;
  }

  /** Every method that writes calls it, because a store to a read-only mapping kills the process. @throws ReadOnlyBookError */
  requireWritable(): void {
    if (!this.writable) throw new ReadOnlyBookError(this.path);
  }
}
