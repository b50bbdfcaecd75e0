// The tick ring: the last 2^k ticks, written by one process and read by any number, each at its own pace.
//
//        overwritten │ safe to read            │ being written │
//   ─────────────────┼─────────────────────────┼───────────────┼──────
//     intent - capacity                    published         intent
//
// The writer announces how far it is going (intent), writes, then announces how far it came (published). A reader copies
// published slots, then loads the intent: ticks more than the capacity behind it were overwritten during the copy.

import assert from 'node:assert/strict';
import type { BookMemory } from './book-memory.ts';
import { HEADER, RING_SLOT } from './layout.ts';
import { loadFence } from './shared-memory/ordering.ts';
import type { TickBatch, TickRun } from './tick-batch.ts';

const { at } = RING_SLOT;
const WORDS = RING_SLOT.bytes >> 2;
const DOUBLES = RING_SLOT.bytes >> 3;
const WORDS_SHIFT = Math.log2(WORDS);
const DOUBLES_SHIFT = Math.log2(DOUBLES);
const SEQUENCE = at.sequence >> 2;
const SYMBOL = at.symbol >> 2;
const RESERVED = at.reserved >> 2;
const PRICE = at.price >> 3;
const TIME = at.time >> 2;
const TWO_32 = 2 ** 32;

/** How far the ring is written, as its writer knows it. */
export interface RingCursors {
  /** Ticks published since the file was created. */
  published: number;
  /** The sequence number of the last published tick; 0 if there is none. */
  lastSequence: number;
  /** The intent of a dead writer. It stays until it is passed, because the slots up to it may be half written. */
  readonly intentLeft: number;
}

/** Writes the ring; only the process that holds the writer's lock has one. */
export class TickRingWriter {
  readonly capacity: number;
  readonly cursors: RingCursors;
  readonly #memory: BookMemory;
  readonly #writeSlots: WriteSlots;
  readonly #writeIntent: (ticks: number) => void;
  readonly #writePublished: (ticks: number) => void;

  constructor(memory: BookMemory) {
    this.#memory = memory;
    this.capacity = memory.shape.ringCapacity;
    this.#writeSlots = slotWriter(memory);
    this.#writeIntent = memory.u64Writer(HEADER.at.intent);
    this.#writePublished = memory.u64Writer(HEADER.at.published);
    const published = memory.loadU64(HEADER.at.published);
    const intentLeft = memory.loadU64(HEADER.at.intent);
    assert(published <= intentLeft, 'the ring published more ticks than its writer announced');
    this.cursors = {
      published,
      lastSequence: published === 0 ? 0 : sequenceAt(memory, published - 1),
      intentLeft,
    };
  }

  /** Ticks published since the file was created: the cursor. */
  get published(): number {
    return this.cursors.published;
  }

  /** The sequence number of the last published tick; 0 if there is none. */
  get lastSequence(): number {
    return this.cursors.lastSequence;
  }

  /** Whether the cursor and the intent have the values that this writer wrote. */
  get isAsWritten(): boolean {
    const { at } = HEADER;
    const { published, intentLeft } = this.cursors;
    return (
      this.#memory.loadU64(at.published) === published &&
      this.#memory.loadU64(at.intent) === Math.max(intentLeft, published)
    );
  }

  /** Declares every slot overwritten, before they are: a reader behind the cursor counts what it has missed. */
  giveUp(): void {
    const { cursors } = this;
    // SYNC POINT: before the first slot changes; pairs with the load of the intent in TickRingReader.read()
    this.#writeIntent(cursors.published + this.capacity);
  }

  /** Appends and publishes the run, of at most `capacity` ticks. */
  append(run: TickRun): void {
    const { cursors } = this;
    assert(run.count <= this.capacity, 'the run is longer than the ring');
    const start = cursors.published;
    const end = start + run.count;
    // SYNC POINT: before the first slot is overwritten; pairs with the load of the intent in TickRingReader.read()
    if (end > cursors.intentLeft) this.#writeIntent(end);
    this.#writeSlots(run, start);
    cursors.published = end;
    cursors.lastSequence = run.firstSequence + run.count - 1;
    // SYNC POINT: after the last slot; pairs with the load of the cursor in TickRingReader.read()
    this.#writePublished(end);
  }
}

/** The sequence number of the tick at this cursor, which must still be in the ring. */
export function sequenceAt(memory: BookMemory, cursor: number): number {
  const slot = cursor % memory.shape.ringCapacity;
  return memory.loadU64(memory.shape.ringOffset + slot * RING_SLOT.bytes + at.sequence);
}

/** The market time of the tick at this cursor, which must still be in the ring, in ms; NaN if it has none. */
export function marketTimeAt(memory: BookMemory, cursor: number): number {
  const { marketTimeOffset, ringCapacity } = memory.shape;
  return memory.f64[(marketTimeOffset >> 3) + (cursor % ringCapacity)];
}

/** Writes a run into the slots from a cursor on. */
type WriteSlots = (run: TickRun, cursor: number) => void;

/** A closure over the arrays for the same reason as writeRunInOrder() of the table. */
function slotWriter({ i32, f64, shape }: BookMemory): WriteSlots {
  const capacity = shape.ringCapacity;
  const mask = capacity - 1;
  const firstWord = shape.ringOffset >> 2;
  const firstDouble = shape.ringOffset >> 3;
  const firstMarketTime = shape.marketTimeOffset >> 3;
  return ({ symbols, prices, marketTimesMs, count, firstSequence, timeNs }, cursor) => {
    const timeLow = timeNs | 0;
    const timeHigh = (timeNs / TWO_32) | 0;
    let low = firstSequence | 0;
    let high = (firstSequence / TWO_32) | 0;
    const start = cursor & mask; // correct above 2^32 too: & uses the low bits
    for (let i = 0; i < count; i++) {
      const slot = (start + i) & mask;
      const word = (firstWord + (slot << WORDS_SHIFT)) | 0;
      i32[word + SEQUENCE] = low;
      i32[word + SEQUENCE + 1] = high;
      i32[word + SYMBOL] = symbols[i];
      i32[word + RESERVED] = 0; // another program may have written there
      f64[((firstDouble + (slot << DOUBLES_SHIFT)) | 0) + PRICE] = prices[i];
      i32[word + TIME] = timeLow;
      i32[word + TIME + 1] = timeHigh;
      f64[(firstMarketTime + slot) | 0] = marketTimesMs[i];
      low = (low + 1) | 0;
      if (low === 0) high++;
    }
  };
}

/** Reads the ring with its own cursor. It never delays the writer. */
export class TickRingReader {
  /** The position of the next tick to read, in ticks since the file was created. */
  cursor: number;
  /** Ticks that were overwritten before this reader reached them. */
  lapped = 0;
  /** Slots that were skipped because they held no tick: another program wrote there. */
  refused = 0;
  readonly #memory: BookMemory;
  readonly #capacity: number;
  readonly #readSlots: ReadSlots;

  /** @param cursor where to start; the next tick if left out or if it is not published yet */
  constructor(memory: BookMemory, cursor?: number) {
    this.#memory = memory;
    this.#capacity = memory.shape.ringCapacity;
    this.#readSlots = slotReader(memory);
    this.cursor = Math.max(0, Math.min(cursor ?? Number.POSITIVE_INFINITY, this.published));
  }

  /** Ticks published since the file was created. */
  get published(): number {
    return this.#memory.loadU64(HEADER.at.published);
  }

  /** The sequence number of the tick before the cursor, which must still be in the ring; 0 if there is none. */
  get lastSequence(): number {
    return this.cursor === 0 ? 0 : sequenceAt(this.#memory, this.cursor - 1);
  }

  /** The market time of the last published tick, in ms since 1970 UTC; NaN without ticks, or if it has none. */
  get lastMarketTimeMs(): number {
    const { published } = this;
    return published === 0 ? Number.NaN : marketTimeAt(this.#memory, published - 1);
  }

  /**
   * Fills `out` with the next ticks. Overwritten ticks are skipped and added to `lapped`; the table still has the latest
   * price of each symbol. Slots without a tick are skipped and added to `refused`. Nothing is read while the cursors
   * contradict each other, as in a book that was overwritten.
   * @returns how many ticks; 0 if there are no new ones
   */
  read(out: TickBatch): number {
    for (;;) {
      const published = this.published; // SYNC POINT: pairs with the store of the cursor in TickRingWriter.append()
      const count = Math.min(published - this.cursor, out.capacity);
      const readable = count > 0 && count <= this.#capacity;
      const sound = readable ? this.#readSlots(out, this.cursor, count) : 0;
      loadFence();
      // SYNC POINT: pairs with the store of the intent in TickRingWriter.append()
      const intent = this.#memory.loadU64(HEADER.at.intent);
      const oldest = intent - this.#capacity;
      if (count <= 0 || published > intent || intent > Number.MAX_SAFE_INTEGER) return this.#took(out, 0);
      if (oldest <= this.cursor) {
        if (sound > 0) return this.#took(out, sound);
        this.refused++;
        this.cursor++;
        continue;
      }
      // The writer overwrote the copied slots. Continue a quarter of the ring ahead of the oldest tick, so that a writer
      // at full speed does not overtake this reader again immediately.
      this.#skipTo(Math.min(oldest + (this.#capacity >> 2), published));
    }
  }

  #took(out: TickBatch, count: number): number {
    out.count = count;
    this.cursor += count;
    return count;
  }

  #skipTo(cursor: number): void {
    this.lapped += cursor - this.cursor;
    this.cursor = cursor;
  }
}

/** Copies slots from a cursor on, up to a slot that holds no tick, and returns how many. */
type ReadSlots = (out: TickBatch, cursor: number, count: number) => number;

/** A closure over the arrays for the same reason as writeRunInOrder() of the table. */
function slotReader({ u32, f64, shape }: BookMemory): ReadSlots {
  const { ringCapacity, symbolCapacity } = shape;
  const mask = ringCapacity - 1;
  const firstWord = shape.ringOffset >> 2;
  const firstDouble = shape.ringOffset >> 3;
  const firstMarketTime = shape.marketTimeOffset >> 3;
  return ({ symbols, prices, sequences, timesNs, marketTimesMs }, cursor, count) => {
    const start = cursor & mask; // correct above 2^32 too: & uses the low bits
    for (let i = 0; i < count; i++) {
      const slot = (start + i) & mask;
      const word = (firstWord + (slot << WORDS_SHIFT)) | 0;
      const symbol = u32[word + SYMBOL];
      const price = f64[((firstDouble + (slot << DOUBLES_SHIFT)) | 0) + PRICE];
      const isTick =
        symbol < symbolCapacity &&
        u32[word + RESERVED] === 0 &&
        price > 0 &&
        price < Number.POSITIVE_INFINITY;
      if (!isTick) return i;
      symbols[i] = symbol;
      prices[i] = price;
      sequences[i] = u32[word + SEQUENCE] + u32[word + SEQUENCE + 1] * TWO_32;
      timesNs[i] = u32[word + TIME] + u32[word + TIME + 1] * TWO_32;
      marketTimesMs[i] = f64[(firstMarketTime + slot) | 0];
    }
    return count;
  };
}
