// The tick ring: the last 2^k ticks, written by one process, read by any number, each at its own pace.
//
//        overwritten │ safe to read            │ being written │
//   ─────────────────┼─────────────────────────┼───────────────┼──────
//     intent - capacity                    published         intent
//
// The writer says how far it is going (intent), writes, then says how far it came (published). A reader copies
// what is published, then looks at the intent: what lies more than the capacity behind it was overwritten meanwhile.

import type { BookMemory } from './book-memory.ts';
import { HEADER, RING_SLOT } from './layout.ts';
import { loadFence } from './ordering.ts';
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

/** How far a ring is written, as its one writer knows it. */
export interface RingCursors {
  /** Ticks ever published. */
  published: number;
  /** Number, in the Gateway's run, of the last published tick; 0 if there is none. */
  lastSequence: number;
  /** How far a dead writer was going: what it was about to overwrite may be half overwritten, so its intent stays. */
  readonly intentLeft: number;
}

/** Writes the ring; only the process that holds the book's lock has one. */
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
    this.cursors = {
      published,
      lastSequence: published === 0 ? 0 : sequenceAt(memory, published - 1),
      intentLeft: memory.loadU64(HEADER.at.intent),
    };
  }

  /** Ticks ever published: the cursor. */
  get published(): number {
    return this.cursors.published;
  }

  /** Number, in the Gateway's run, of the last published tick; 0 if there is none. */
  get lastSequence(): number {
    return this.cursors.lastSequence;
  }

  /** Whether the cursor and the intent are as this writer left them. */
  get isAsWritten(): boolean {
    const { at } = HEADER;
    const { published, intentLeft } = this.cursors;
    return (
      this.#memory.loadU64(at.published) === published &&
      this.#memory.loadU64(at.intent) === Math.max(intentLeft, published)
    );
  }

  /** Appends and publishes the run; at most `capacity` ticks. */
  append(run: TickRun): void {
    const { cursors } = this;
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

/** Number, in the Gateway's run, of the tick at this cursor, which must still be in the ring. */
export function sequenceAt(memory: BookMemory, cursor: number): number {
  const slot = cursor % memory.shape.ringCapacity;
  return memory.loadU64(memory.shape.ringOffset + slot * RING_SLOT.bytes + at.sequence);
}

/** Writes the slots of a run from a cursor on. */
type WriteSlots = (run: TickRun, cursor: number) => void;

/** A closure over the arrays, and not a method, for the reason given at writeRunInOrder() of the table. */
function slotWriter({ i32, f64, shape }: BookMemory): WriteSlots {
  const capacity = shape.ringCapacity;
  const mask = capacity - 1;
  const firstWord = shape.ringOffset >> 2;
  const firstDouble = shape.ringOffset >> 3;
  return ({ symbols, prices, count, firstSequence, timeNs }, cursor) => {
    const timeLow = timeNs | 0;
    const timeHigh = (timeNs / TWO_32) | 0;
    let low = firstSequence | 0;
    let high = (firstSequence / TWO_32) | 0;
    const start = cursor & mask; // also right above 2^32: & takes the low bits
    for (let i = 0; i < count; i++) {
      const slot = (start + i) & mask;
      const word = (firstWord + (slot << WORDS_SHIFT)) | 0;
      i32[word + SEQUENCE] = low;
      i32[word + SEQUENCE + 1] = high;
      i32[word + SYMBOL] = symbols[i];
      i32[word + RESERVED] = 0; // also after somebody else wrote there
      f64[((firstDouble + (slot << DOUBLES_SHIFT)) | 0) + PRICE] = prices[i];
      i32[word + TIME] = timeLow;
      i32[word + TIME + 1] = timeHigh;
      low = (low + 1) | 0;
      if (low === 0) high++;
    }
  };
}

/** Reads the ring from a cursor of its own. It never holds the writer up. */
export class TickRingReader {
  /** Ticks behind this reader: the position of the next one it reads. */
  cursor: number;
  /** Ticks that were overwritten before this reader came to them. */
  lapped = 0;
  /** Slots that held no tick: somebody else than the writer wrote there. They are skipped. */
  refused = 0;
  readonly #memory: BookMemory;
  readonly #capacity: number;
  readonly #readSlots: ReadSlots;

  /** @param cursor where to start, at most the ring's present end; that end if left out */
  constructor(memory: BookMemory, cursor?: number) {
    this.#memory = memory;
    this.#capacity = memory.shape.ringCapacity;
    this.#readSlots = slotReader(memory);
    this.cursor = Math.max(0, Math.min(cursor ?? Number.POSITIVE_INFINITY, this.published));
  }

  /** Ticks ever published. */
  get published(): number {
    return this.#memory.loadU64(HEADER.at.published);
  }

  /** Number, in its run, of the tick before the cursor, which must still be in the ring; 0 if there is none. */
  get lastSequence(): number {
    return this.cursor === 0 ? 0 : sequenceAt(this.#memory, this.cursor - 1);
  }

  /**
   * Fills `out` with the next ticks, and returns how many. 0: nothing new. What was overwritten is skipped and
   * added to `lapped`; the table still has the latest price of every symbol. What is no tick is skipped and added to
   * `refused`. Nothing is read while the cursors contradict each other, as in a book that was written over.
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
      // The writer came round: nothing of the copy is used. A quarter of the ring ahead of the oldest tick, so
      // that a writer at full speed does not come round again at once.
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

/** Copies slots from a cursor on, up to one that holds no tick, and returns how many. */
type ReadSlots = (out: TickBatch, cursor: number, count: number) => number;

/** A closure over the arrays, and not a method, for the reason given at writeRunInOrder() of the table. */
function slotReader({ u32, f64, shape }: BookMemory): ReadSlots {
  const { ringCapacity, symbolCapacity } = shape;
  const mask = ringCapacity - 1;
  const firstWord = shape.ringOffset >> 2;
  const firstDouble = shape.ringOffset >> 3;
  return ({ symbols, prices, sequences, timesNs }, cursor, count) => {
    const start = cursor & mask; // also right above 2^32: & takes the low bits
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
    }
    return count;
  };
}
