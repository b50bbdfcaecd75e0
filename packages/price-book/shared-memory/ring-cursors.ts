// The two cursors of a ring that one process writes and any number read, each at its own pace. What a slot holds is not
// their affair.
//
//        overwritten │ safe to read            │ being written │
//   ─────────────────┼─────────────────────────┼───────────────┼──────
//     intent - capacity                    published         intent
//
// The writer announces how far it is going (intent), writes, then announces how far it came (published). A reader copies
// published slots, then loads the intent: slots more than the capacity behind it were overwritten during the copy.

import assert from 'node:assert/strict';
import type { MappedMemory } from './mapped-memory.ts';
import { loadFence } from './ordering.ts';

/** Where the cursors are: byte offsets of two u64. */
export interface RingPlace {
  readonly intent: number;
  readonly published: number;
  /** Slots, a power of two. */
  readonly capacity: number;
}

/** The cursors of the process that writes the ring. All count slots since the file was created. */
export class RingWriterCursors {
  readonly capacity: number;
  /** Slots published. */
  published: number;
  /** The intent of a dead writer. It stays until it is passed, because the slots up to it may be half written. */
  readonly intentLeft: number;
  readonly #memory: MappedMemory;
  readonly #place: RingPlace;
  readonly #writeIntent: (cursor: number) => void;
  readonly #writePublished: (cursor: number) => void;

  constructor(memory: MappedMemory, place: RingPlace) {
    this.#memory = memory;
    this.#place = place;
    this.capacity = place.capacity;
    this.#writeIntent = memory.u64Writer(place.intent);
    this.#writePublished = memory.u64Writer(place.published);
    this.published = memory.loadU64(place.published);
    this.intentLeft = memory.loadU64(place.intent);
    assert(this.published <= this.intentLeft, 'the ring published more than its writer announced');
  }

  /** Announces that the slots up to `end` change; call it before the first of them does. */
  announce(end: number): void {
    // SYNC POINT: before the first slot is overwritten; pairs with the load of the intent in RingReaderCursor.read()
    if (end > this.intentLeft) this.#writeIntent(end);
  }

  /** Publishes the slots up to `end`, after the last of them is written. */
  publish(end: number): void {
    this.published = end;
    // SYNC POINT: after the last slot; pairs with the load of the cursor in RingReaderCursor.read()
    this.#writePublished(end);
  }

  /** Declares every slot overwritten, before they are: a reader behind the cursor counts what it has missed. */
  giveUp(): void {
    // SYNC POINT: before the first slot changes; pairs with the load of the intent in RingReaderCursor.read()
    this.#writeIntent(this.published + this.capacity);
  }

  /** Whether both cursors have the values that this writer wrote. */
  get isAsWritten(): boolean {
    const { published, intent } = this.#place;
    return (
      this.#memory.loadU64(published) === this.published &&
      this.#memory.loadU64(intent) === Math.max(this.intentLeft, this.published)
    );
  }
}

/** Where a reader puts what it copies. */
export interface Batch {
  readonly capacity: number;
  count: number;
}

/** Copies `count` slots from a cursor on, up to one that holds nothing its writer wrote, and returns how many. */
export type CopySlots<Copy extends Batch> = (out: Copy, cursor: number, count: number) => number;

/** The cursor of one reader. It never delays the writer. */
export class RingReaderCursor<Copy extends Batch> {
  /** The next slot to read, counted since the file was created. */
  cursor: number;
  /** Slots that were overwritten before this reader reached them. */
  lapped = 0;
  /** Slots that were skipped because another program wrote there. */
  refused = 0;
  readonly #memory: MappedMemory;
  readonly #place: RingPlace;
  readonly #copy: CopySlots<Copy>;

  /** @param cursor where to start; the next slot if left out or if it is not published yet */
  constructor(memory: MappedMemory, place: RingPlace, copy: CopySlots<Copy>, cursor?: number) {
    this.#memory = memory;
    this.#place = place;
    this.#copy = copy;
    this.cursor = Math.max(0, Math.min(cursor ?? Number.POSITIVE_INFINITY, this.published));
  }

  /** Slots published since the file was created. */
  get published(): number {
    return this.#memory.loadU64(this.#place.published);
  }

  /**
   * Fills `out` with the next slots. Overwritten slots are skipped and added to `lapped`, refused ones to `refused`. Nothing
   * is read while the cursors contradict each other, as in a file that was overwritten.
   * @returns how many; 0 if there are no new ones
   */
  read(out: Copy): number {
    const { capacity } = this.#place;
    for (;;) {
      const published = this.published; // SYNC POINT: pairs with the store in RingWriterCursors.publish()
      const count = Math.min(published - this.cursor, out.capacity);
      const readable = count > 0 && count <= capacity;
      const sound = readable ? this.#copy(out, this.cursor, count) : 0;
      loadFence();
      // SYNC POINT: pairs with the stores in RingWriterCursors.announce() and giveUp()
      const intent = this.#memory.loadU64(this.#place.intent);
      const oldest = intent - capacity;
      if (count <= 0 || published > intent || intent > Number.MAX_SAFE_INTEGER) return this.#took(out, 0);
      if (oldest <= this.cursor) {
        if (sound > 0) return this.#took(out, sound);
        this.refused++;
        this.cursor++;
        continue;
      }
      // The writer overwrote the copied slots. Continue a quarter of the ring ahead of the oldest slot, so that a writer
      // at full speed does not overtake this reader again immediately.
      this.#skipTo(Math.min(oldest + (capacity >> 2), published));
    }
  }

  #took(out: Copy, count: number): number {
    out.count = count;
    this.cursor += count;
    return count;
  }

  #skipTo(cursor: number): void {
    this.lapped += cursor - this.cursor;
    this.cursor = cursor;
  }
}
