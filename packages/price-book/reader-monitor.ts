// The writer's watch over its readers: how much room the slowest leaves in the ring, and who is let go because it
// died or does not move.

import type { BookMemory } from './book-memory.ts';
import { HEADER, READER_CAPACITY, READER_NAME_BYTES, READER_SLOT } from './layout.ts';
import type { MappedPriceBook } from './mapped-price-book.ts';

const { at } = READER_SLOT;

/** What the watch remembers of a slot. */
interface Watched {
  pid: number;
  cursor: number;
  /** performance.now() when the cursor last moved, or had nowhere to go. */
  movedAt: number;
}

/** A reader that was let go. */
export interface LetGo {
  readonly pid: number;
  readonly name: string;
  /** Ticks that it was behind. */
  readonly behind: number;
}

export class ReaderMonitor {
  readonly #memory: BookMemory;
  readonly #stallMs: number;
  readonly #watched: Watched[];

  /** @param stallMs how long a reader may be behind without moving; a dead one keeps its place as long */
  constructor({ memory }: Pick<MappedPriceBook, 'memory'>, stallMs: number) {
    this.#memory = memory;
    this.#stallMs = stallMs;
    this.#watched = Array.from({ length: READER_CAPACITY }, () => ({ pid: 0, cursor: 0, movedAt: 0 }));
  }

  /** Ticks that fit in the ring before the slowest reader loses one. */
  room(): number {
    const published = this.#memory.loadU64(HEADER.at.published);
    let slowest = published;
    for (let slot = 0; slot < READER_CAPACITY; slot++) {
      const offset = this.#offset(slot);
      if (Atomics.load(this.#memory.i32, (offset + at.pid) >> 2) === 0) continue;
      slowest = Math.min(slowest, this.#memory.loadU64(offset + at.cursor));
    }
    return this.#memory.shape.ringCapacity - (published - slowest);
  }

  /** Frees the slots of readers that have been behind for too long, and says which. To be called now and then. */
  evictStalled(): LetGo[] {
    const published = this.#memory.loadU64(HEADER.at.published);
    const gone: LetGo[] = [];
    this.#watched.forEach((watched, slot) => {
      const offset = this.#offset(slot);
      const pid = Atomics.load(this.#memory.i32, (offset + at.pid) >> 2);
      const cursor = this.#memory.loadU64(offset + at.cursor);
      const now = performance.now();
      if (pid === 0 || pid !== watched.pid || cursor !== watched.cursor || cursor >= published) {
        Object.assign(watched, { pid, cursor, movedAt: now });
      } else if (now - watched.movedAt > this.#stallMs) {
        Atomics.compareExchange(this.#memory.i32, (offset + at.pid) >> 2, pid, 0);
        gone.push({
          pid,
          name: this.#memory.readText(offset + at.name, READER_NAME_BYTES),
          behind: published - cursor,
        });
      }
    });
    return gone;
  }

  #offset(slot: number): number {
    return this.#memory.shape.readerOffset + slot * READER_SLOT.bytes;
  }
}
