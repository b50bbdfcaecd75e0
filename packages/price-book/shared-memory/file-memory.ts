// The bytes of a mapped file, and which file it is.

import { ReadOnlyMemoryError } from './errors.ts';
import { MappedMemory } from './mapped-memory.ts';

/** The file that memory is mapped from. */
export interface MappedFile {
  readonly path: string;
  /** Identifies the file, also after another one has taken its name. */
  readonly inode: number;
  readonly writable: boolean;
}

/** A mapped file. */
export class FileMemory extends MappedMemory {
  readonly path: string;
  readonly inode: number;
  readonly writable: boolean;

  constructor(file: MappedFile, buffer: ArrayBuffer) {
    super(buffer);
    this.path = file.path;
    this.inode = file.inode;
    this.writable = file.writable;
  }

  /** Every method that writes calls it, because a store to a read-only mapping kills the process. @throws ReadOnlyMemoryError */
  requireWritable(): void {
    if (!this.writable) throw new ReadOnlyMemoryError(this.path);
  }
}
