// Writes one tick to the table and the ring.

import type { BookMemory } from './book-memory.ts';
import { EntryStatus, HEADER, RING_SLOT, TABLE_ENTRY } from './layout.ts';
import type { PriceTableWriter } from './price-table.ts';
import { PLAIN_ORDER } from './shared-memory/ordering.ts';
import { TickRun } from './tick-batch.ts';
import type { TickRingWriter } from './tick-ring.ts';

const { at: ENTRY } = TABLE_ENTRY;
const { at: SLOT } = RING_SLOT;
const ENTRY_WORDS = TABLE_ENTRY.bytes >> 2;
const SLOT_WORDS = RING_SLOT.bytes >> 2;
const LIVE = EntryStatus.LIVE;
const TWO_32 = 2 ** 32;

/** Writes one tick: the symbol's index, the price in USD, the sequence number, and CLOCK_MONOTONIC in ns. */
export type WriteTick = (symbol: number, price: number, sequence: number, timeNs: number) => void;

/** The writer of single ticks for this processor. */
export function tickWriter(memory: BookMemory, table: PriceTableWriter, ring: TickRingWriter): WriteTick {
  return PLAIN_ORDER ? inlinedWriter(memory, ring) : runOfOneWriter(table, ring);
}

/** Writes a run of one tick with the writers of runs. */
export function runOfOneWriter(table: PriceTableWriter, ring: TickRingWriter): WriteTick {
  const run = new TickRun(1);
  run.count = 1;
  return (symbol, price, sequence, timeNs) => {
    run.symbols[0] = symbol;
    run.prices[0] = price;
    run.firstSequence = sequence;
    run.timeNs = timeNs;
    table.write(run);
    ring.append(run);
  };
}

/**
 * The same for processors that keep plain stores in order, in two thirds of the time: the bodies of the writers of runs
 * in one function, without loops, and without calls that take a price, because V8 boxes doubles that are passed to calls.
 */
export function inlinedWriter(memory: BookMemory, tickRing: TickRingWriter): WriteTick {
  const { cursors } = tickRing;
  const { i32, f64, shape } = memory;
  const table = shape.tableOffset >> 2;
  const ring = shape.ringOffset >> 2;
  const marketTimes = shape.marketTimeOffset >> 3;
  const mask = shape.ringCapacity - 1;
  const writeIntent = memory.u64Writer(HEADER.at.intent);
  const writePublished = memory.u64Writer(HEADER.at.published);
  return (symbol, price, sequence, timeNs) => {
    const low = sequence | 0;
    const high = (sequence / TWO_32) | 0;
    const timeLow = timeNs | 0;
    const timeHigh = (timeNs / TWO_32) | 0;

    const entry = (table + symbol * ENTRY_WORDS) | 0;
    const odd = i32[entry + (ENTRY.version >> 2)] | 1;
    i32[entry + (ENTRY.version >> 2)] = odd;
    i32[entry + (ENTRY.status >> 2)] = LIVE;
    f64[(entry + (ENTRY.price >> 2)) >> 1] = price;
    i32[entry + (ENTRY.sequence >> 2)] = low;
    i32[entry + (ENTRY.sequence >> 2) + 1] = high;
    i32[entry + (ENTRY.time >> 2)] = timeLow;
    i32[entry + (ENTRY.time >> 2) + 1] = timeHigh;
    const updates = (i32[entry + (ENTRY.updates >> 2)] + 1) | 0;
    i32[entry + (ENTRY.updates >> 2)] = updates;
    if (updates === 0) i32[entry + (ENTRY.updates >> 2) + 1]++;
    i32[entry + (ENTRY.version >> 2)] = odd + 1; // SYNC POINT: as in writeRunInOrder(), with priceAt() and entryAt()

    const start = cursors.published;
    const end = start + 1;
    if (end > cursors.intentLeft) writeIntent(end); // SYNC POINT: as in RingWriterCursors.announce(), with RingReaderCursor.read()
    const slot = (ring + (start & mask) * SLOT_WORDS) | 0;
    i32[slot + (SLOT.sequence >> 2)] = low;
    i32[slot + (SLOT.sequence >> 2) + 1] = high;
    i32[slot + (SLOT.symbol >> 2)] = symbol;
    i32[slot + (SLOT.reserved >> 2)] = 0;
    f64[(slot + (SLOT.price >> 2)) >> 1] = price;
    i32[slot + (SLOT.time >> 2)] = timeLow;
    i32[slot + (SLOT.time >> 2) + 1] = timeHigh;
    f64[(marketTimes + (start & mask)) | 0] = Number.NaN;
    cursors.published = end;
    tickRing.lastSequence = sequence;
    writePublished(end); // SYNC POINT: as in RingWriterCursors.publish(), with RingReaderCursor.read()
  };
}
