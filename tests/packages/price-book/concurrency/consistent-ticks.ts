// Ticks whose fields are derived from each other, so that a read that mixes two ticks is detected.

import type { AttachedPriceBook } from '../../../../packages/price-book/attached-price-book.ts';
import { TABLE_ENTRY } from '../../../../packages/price-book/layout.ts';
import type { PriceBookWriter } from '../../../../packages/price-book/price-book-writer.ts';
import { TickBatch, TickRun } from '../../../../packages/price-book/tick-batch.ts';
import type { TickRingReader } from '../../../../packages/price-book/tick-ring.ts';

export const SYMBOLS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
/** The ticks of each run. */
export const RUN_TICKS = 64;
/** Just below 2^32: every test crosses it within a run, so that both words of a sequence change. */
export const FIRST_SEQUENCE = 2 ** 32 - 500 * RUN_TICKS - RUN_TICKS / 2;
const TIME_BASE_NS = 2 ** 50 + 12_345;

export function emptyRun(): TickRun {
  const run = new TickRun(RUN_TICKS);
  run.count = RUN_TICKS;
  return run;
}

/** Fills the run with the ticks from `firstSequence` on. */
function fill(run: TickRun, firstSequence: number): void {
  run.firstSequence = firstSequence;
  run.timeNs = TIME_BASE_NS + firstSequence;
  for (let i = 0; i < RUN_TICKS; i++) {
    run.symbols[i] = (firstSequence + i) % SYMBOLS.length;
    run.prices[i] = (firstSequence + i) / 8;
  }
}

/**
 * Writes the next run, as one run or tick by tick. If a writer was killed between two ticks of a run, writes the rest of
 * that run.
 * @returns the number of ticks
 */
export function writeNext(book: PriceBookWriter, run: TickRun, oneByOne: boolean): number {
  const { published, lastSequence } = book.ring;
  const next = published === 0 ? FIRST_SEQUENCE : lastSequence + 1;
  const written = (next - FIRST_SEQUENCE) % RUN_TICKS;
  fill(run, next - written);
  if (written === 0 && !oneByOne) book.apply(run);
  else for (let i = written; i < RUN_TICKS; i++) book.updateAt(run.symbols[i], run.prices[i], run.timeNs);
  return RUN_TICKS - written;
}

/** Whether these are the fields of one tick. */
export function isOneTick(symbol: number, sequence: number, price: number, timeNs: number): boolean {
  const firstOfRun = sequence - ((sequence - FIRST_SEQUENCE) % RUN_TICKS);
  return (
    symbol === sequence % SYMBOLS.length && price === sequence / 8 && timeNs === TIME_BASE_NS + firstOfRun
  );
}

/** Reads an entry that is being written again for many seconds, because its writer may have lost its time slice. */
const ATTEMPTS = 1_000_000_000;

/** Reads entries like every reader, and returns how many were torn. */
export function tornEntries(book: AttachedPriceBook, reads: number): number {
  let torn = 0;
  for (let i = 0; i < reads; i++) {
    const index = i % SYMBOLS.length;
    const { status, sequence, price, timeNs } = book.table.entryAt(index, ATTEMPTS);
    if (status !== 0 && !isOneTick(index, sequence, price, timeNs)) torn++;
  }
  return torn;
}

/** Reads entries without checking their versions, and returns how many were torn. */
export function tornUnguarded(book: AttachedPriceBook, reads: number): number {
  const { u32, f64, shape } = book.memory;
  const u64 = (offset: number) => u32[offset >> 2] + u32[(offset >> 2) + 1] * 2 ** 32;
  let torn = 0;
  for (let i = 0; i < reads; i++) {
    const index = i % SYMBOLS.length;
    const entry = shape.tableOffset + index * TABLE_ENTRY.bytes;
    const sequence = u64(entry + TABLE_ENTRY.at.sequence);
    const price = f64[(entry + TABLE_ENTRY.at.price) >> 3];
    const timeNs = u64(entry + TABLE_ENTRY.at.time);
    if (sequence !== 0 && !isOneTick(index, sequence, price, timeNs)) torn++;
  }
  return torn;
}

/** Reads the ring from its first tick on, and checks every tick. */
export class RingFollower {
  seen = 0;
  /** Ticks that do not belong at their position in the ring. */
  wrong = 0;
  readonly ticks: TickRingReader;
  readonly #batch = new TickBatch(1000);

  constructor(book: AttachedPriceBook) {
    this.ticks = book.ticks(0);
  }

  /** Reads one batch and returns its size. */
  step(): number {
    const count = this.ticks.read(this.#batch);
    const { symbols, sequences, prices, timesNs } = this.#batch;
    const first = FIRST_SEQUENCE + this.ticks.cursor - count;
    for (let i = 0; i < count; i++) {
      const isNext = sequences[i] === first + i;
      if (!isNext || !isOneTick(symbols[i], sequences[i], prices[i], timesNs[i])) this.wrong++;
    }
    this.seen += count;
    return count;
  }
}
