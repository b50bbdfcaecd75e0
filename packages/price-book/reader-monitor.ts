// The writer's view of its readers: how much room the slowest leaves in the ring, and which ones to evict because they died
// or stalled.

import type { BookMemory } from './book-memory.ts';
import { HEADER, READER_CAPACITY, READER_NAME_BYTES, READER_SLOT } from './layout.ts';
import type { MappedPriceBook } from './mapped-price-book.ts';

const { at } = READER_SLOT;

/** The last state of a slot. */
interface SlotState {
  pid: number;
  cursor: number;
  /** performance.now() when the cursor last moved, or was at the end of the ring. */
  movedAt: number;
  /** Whether takeAwaited() has it, or had it, since the cursor last moved. */
  awaited: boolean;
}

/** A reader that stalled. */
export interface StalledReader {
  readonly pid: number;
  readonly name: string;
  /** Ticks that it had not processed. */
  readonly behind: number;
}

/** Watches the readers of a lossless book. */
export class ReaderMonitor {
  readonly #memory: BookMemory;
  readonly #stallMs: number;
  readonly #slots: SlotState[];
  #awaited: StalledReader[] = [];

  /** @param stallMs how long a reader, live or dead, may be behind without progress before it is evicted */
  constructor({ memory }: Pick<MappedPriceBook, 'memory'>, stallMs: number) {
    this.#memory = memory;
    this.#stallMs = stallMs;
    this.#slots = Array.from({ length: READER_CAPACITY }, () => ({
      pid: 0,
      cursor: 0,
      movedAt: 0,
      awaited: false,
    }));
  }

  /** How many ticks fit into the ring before the slowest reader loses one. */
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

  /**
   * Frees the slots of readers that stalled, and returns those readers. A required reader keeps its slot. Call it
   * periodically.
   */
  evictStalled(): StalledReader[] {
    const published = this.#memory.loadU64(HEADER.at.published);
    const evicted: StalledReader[] = [];
    this.#slots.forEach((state, slot) => {
      const offset = this.#offset(slot);
      const pid = Atomics.load(this.#memory.i32, (offset + at.pid) >> 2);
      const cursor = this.#memory.loadU64(offset + at.cursor);
      const now = performance.now();
      if (pid === 0 || pid !== state.pid || cursor !== state.cursor || cursor >= published) {
        Object.assign(state, { pid, cursor, movedAt: now, awaited: false });
      } else if (now - state.movedAt > this.#stallMs && !state.awaited) {
        const name = this.#memory.readText(offset + at.name, READER_NAME_BYTES);
        const reader = { pid, name, behind: published - cursor };
        state.awaited = this.#memory.u32[(offset + at.required) >> 2] === 1;
        if (state.awaited) this.#awaited.push(reader);
        else {
          Atomics.compareExchange(this.#memory.i32, (offset + at.pid) >> 2, pid, 0);
          evicted.push(reader);
        }
      }
    });
    return evicted;
  }

  /** The required readers that evictStalled() has found stalled since the last call, each once per stall. */
  takeAwaited(): StalledReader[] {
    const awaited = this.#awaited;
    this.#awaited = [];
    return awaited;
  }

  #offset(slot: number): number {
    return this.#memory.shape.readerOffset + slot * READER_SLOT.bytes;
  }
}
