// What the writer and the readers of a book have in common.

import type { BookMemory } from './book-memory.ts';
import { type FeedPosition, feedPosition } from './feed-position.ts';
import { LAYOUT_VERSION, READER_CAPACITY } from './layout.ts';
import { liveReaders, type ReaderState, requiredReadersAreDone } from './reader-slots.ts';

/** A book in the memory of this process. */
export abstract class MappedPriceBook {
  /** For the other classes of this package: code outside of it must not use offsets. */
  readonly memory: BookMemory;

  constructor(memory: BookMemory) {
    this.memory = memory;
  }

  /** The file that is mapped, in /dev/shm. */
  get path(): string {
    return this.memory.path;
  }

  /** Identifies the file, also after another one has taken its name. */
  get inode(): number {
    return this.memory.inode;
  }

  get totalBytes(): number {
    return this.memory.shape.totalBytes;
  }

  get layoutVersion(): number {
    return LAYOUT_VERSION;
  }

  /** How many symbols fit into the table. */
  get symbolCapacity(): number {
    return this.memory.shape.symbolCapacity;
  }

  /** How many ticks the ring holds. */
  get ringCapacity(): number {
    return this.memory.shape.ringCapacity;
  }

  /** How many readers can hold a slot at the same time. */
  get readerCapacity(): number {
    return READER_CAPACITY;
  }

  /** Where in the ticks of its feed the book is; undefined before the first run. */
  get feedPosition(): FeedPosition | undefined {
    return feedPosition(this.memory);
  }

  /**
   * Whether there is a required reader, and each of them has processed all ticks. One that died counts until its successor
   * has its slot.
   */
  get requiredReadersAreDone(): boolean {
    return requiredReadersAreDone(this.memory);
  }

  /** The live readers that hold a slot. */
  readers(): ReaderState[] {
    return liveReaders(this.memory);
  }
}
