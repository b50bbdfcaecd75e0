// The tick ring: the last 2^k ticks, written by one process and read by any number, each at its own pace.
// Its cursors are those of shared-memory/ring-cursors.ts.

import type { BookMemory } from './book-memory.ts';
import { HEADER, RING_SLOT } from './layout.ts';
import {
  type CopySlots,
  type RingPlace,
  RingReaderCursor,
  RingWriterCursors,
} from './shared-memory/ring-cursors.ts';
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

function ringPlace({ shape }: BookMemory): RingPlace {
  return { intent: HEADER.at.intent, published: HEADER.at.published, capacity: shape.ringCapacity };
}

/** Writes the ring; only the process that holds the writer's lock has one. */
export class TickRingWriter {
  readonly cursors: RingWriterCursors;
  /** The sequence number of the last published tick; 0 if there is none. */
  lastSequence: number;
  readonly #writeSlots: WriteSlots;
  /** Half a ring: the last tick that was published stays, and a writer that takes over finds its number. */
  readonly #ticksAtOnce: number;

  constructor(memory: BookMemory) {
    this.#writeSlots = slotWriter(memory);
    this.#ticksAtOnce = Math.max(1, memory.shape.ringCapacity >> 1);
    this.cursors = new RingWriterCursors(memory, ringPlace(memory));
    const { published } = this.cursors;
    this.lastSequence = published === 0 ? 0 : sequenceAt(memory, published - 1);
  }

  get capacity(): number {
    return this.cursors.capacity;
  }

  /** Ticks published since the file was created: the cursor. */
  get published(): number {
    return this.cursors.published;
  }

  /** Appends and publishes the run. It may be longer than the ring: readers then miss its first ticks, and count them. */
  append(run: TickRun): void {
    for (let from = 0; from < run.count; from += this.#ticksAtOnce)
      this.#publish(run, from, Math.min(run.count, from + this.#ticksAtOnce));
  }

  #publish(run: TickRun, from: number, to: number): void {
    const { cursors } = this;
    const start = cursors.published;
    const end = start + to - from;
    cursors.announce(end);
    this.#writeSlots(run, from, to, start);
    this.lastSequence = run.firstSequence + to - 1;
    cursors.publish(end);
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

/** Writes the ticks `from` to `to` of a run into the slots from a cursor on. */
type WriteSlots = (run: TickRun, from: number, to: number, cursor: number) => void;

/** A closure over the arrays for the same reason as writeRunInOrder() of the table. */
function slotWriter({ i32, f64, shape }: BookMemory): WriteSlots {
  const capacity = shape.ringCapacity;
  const mask = capacity - 1;
  const firstWord = shape.ringOffset >> 2;
  const firstDouble = shape.ringOffset >> 3;
  const firstMarketTime = shape.marketTimeOffset >> 3;
  return ({ symbols, prices, marketTimesMs, firstSequence, timeNs }, from, to, cursor) => {
    const timeLow = timeNs | 0;
    const timeHigh = (timeNs / TWO_32) | 0;
    const first = firstSequence + from;
    let low = first | 0;
    let high = (first / TWO_32) | 0;
    const start = ((cursor & mask) - from) | 0; // correct above 2^32 too: & uses the low bits
    for (let i = from; i < to; i++) {
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

/** Reads the ring with its own cursor, in ticks since the file was created. It never delays the writer. */
export class TickRingReader extends RingReaderCursor<TickBatch> {
  readonly #memory: BookMemory;

  /** @param cursor where to start; the next tick if left out or if it is not published yet */
  constructor(memory: BookMemory, cursor?: number) {
    super(memory, ringPlace(memory), slotReader(memory), cursor);
    this.#memory = memory;
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
}

/** A closure over the arrays for the same reason as writeRunInOrder() of the table. */
function slotReader({ u32, f64, shape }: BookMemory): CopySlots<TickBatch> {
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
