// The reader slots: which processes read the ring, and how far each is. Tools show the lag; a lossless writer waits.

import { isAlive, nowNs } from '@tickline/posix';
import type { BookMemory } from './book-memory.ts';
import { NoReaderSlotError } from './errors.ts';
import { HEADER, READER_CAPACITY, READER_NAME_BYTES, READER_SLOT } from './layout.ts';

const { at } = READER_SLOT;

/** A reader as other processes see it. */
export interface ReaderState {
  readonly pid: number;
  readonly name: string;
  /** Ticks that it has processed, since the file was created. */
  readonly cursor: number;
  /** Its last heartbeat, CLOCK_MONOTONIC in ns. */
  readonly heartbeatNs: number;
  /** Ticks that were overwritten before it reached them. */
  readonly lapped: number;
  /** Whether a lossless writer waits for it without limit. */
  readonly required: boolean;
}

/** How a reader claims its slot. */
export interface SlotClaim {
  /** A lossless writer never evicts it, also not while it is dead and its successor is still to come. */
  readonly required?: boolean | undefined;
  /** Whether it continues at the cursor that a dead reader of its name left. Default true. */
  readonly inherits?: boolean | undefined;
}

/** A slot that this process holds, until it releases the slot or a writer evicts it. */
export class ReaderSlot {
  readonly #memory: BookMemory;
  readonly #offset: number;
  /** The cursor of a dead reader of the same name; undefined if there was none. */
  readonly inheritedCursor: number | undefined;
  /** The cursor of the claim. A reader must start here: the slot names every later tick as not read. */
  readonly startCursor: number;

  constructor(memory: BookMemory, offset: number, cursor: number, inheritedCursor: number | undefined) {
    this.#memory = memory;
    this.#offset = offset;
    this.startCursor = inheritedCursor ?? cursor;
    this.inheritedCursor = inheritedCursor;
  }

  /** Whether this process still holds the slot: a lossless writer evicts a reader that stalls. */
  get held(): boolean {
    return Atomics.load(this.#memory.i32, (this.#offset + at.pid) >> 2) === process.pid;
  }

  /** Publishes that all ticks before `cursor` are processed. Does nothing after an eviction. */
  advance(cursor: number, lapped: number): void {
    if (!this.held) return;
    this.#memory.storeU64(this.#offset + at.lapped, lapped);
    // SYNC POINT: pairs with the load of the cursor in ReaderMonitor.room(), after which the writer overwrites the slots
    this.#memory.storeU64(this.#offset + at.cursor, cursor);
  }

  /** Shows that this reader is alive. */
  beat(): void {
    if (!this.held) return;
    this.#memory.storeU64(this.#offset + at.heartbeat, nowNs());
  }

  /** Gives the slot back. */
  release(): void {
    Atomics.compareExchange(this.#memory.i32, (this.#offset + at.pid) >> 2, process.pid, 0);
  }
}

/** Whether there are required readers, live or dead, and all have processed all ticks that are published. */
export function requiredReadersAreDone(memory: BookMemory): boolean {
  const published = memory.loadU64(HEADER.at.published);
  const readers = slotOffsets(memory)
    .map((offset) => readSlot(memory, offset))
    .filter(({ pid, required }) => pid !== 0 && required);
  return readers.length > 0 && readers.every(({ cursor }) => cursor >= published);
}

/** The live readers, in any process. */
export function liveReaders(memory: BookMemory): ReaderState[] {
  return slotOffsets(memory)
    .map((offset) => readSlot(memory, offset))
    .filter((reader) => isAlive(reader.pid));
}

/**
 * Claims the slot that a dead reader of this name left, with its cursor; or else a free slot, starting at `cursor`; or else that
 * of a dead reader of another name, which may be about to come back.
 * @throws NoReaderSlotError, ReadOnlyBookError
 */
export function claimReaderSlot(
  memory: BookMemory,
  name: string,
  cursor: number,
  { required = false, inherits = true }: SlotClaim = {},
): ReaderSlot {
  memory.requireWritable();
  const offsets = slotOffsets(memory);
  const left = offsets.filter((offset) => isLeftBy(memory, offset, name));
  const free = offsets.filter((offset) => readSlot(memory, offset).pid === 0);
  for (const offset of [...left, ...free, ...offsets]) {
    const { pid, cursor: oldCursor } = readSlot(memory, offset);
    if (isAlive(pid)) continue;
    // SYNC POINT: pairs with itself in another process: of two readers that claim the slot, one succeeds
    if (Atomics.compareExchange(memory.i32, (offset + at.pid) >> 2, pid, process.pid) !== pid) continue;
    const inherited = inherits && left.includes(offset) ? oldCursor : undefined;
    const slot = new ReaderSlot(memory, offset, cursor, inherited);
    if (inherited === undefined) memory.writeText(offset + at.name, READER_NAME_BYTES, ''); // nobody inherits half a claim
    memory.storeU32(offset + at.required, required ? 1 : 0);
    slot.advance(slot.startCursor, 0);
    memory.writeText(offset + at.name, READER_NAME_BYTES, name);
    slot.beat();
    return slot;
  }
  throw new NoReaderSlotError(READER_CAPACITY);
}

function isLeftBy(memory: BookMemory, offset: number, name: string): boolean {
  const slot = readSlot(memory, offset);
  return slot.pid !== 0 && !isAlive(slot.pid) && slot.name === name.slice(0, READER_NAME_BYTES);
}

function readSlot(memory: BookMemory, offset: number): ReaderState {
  return {
    pid: Atomics.load(memory.i32, (offset + at.pid) >> 2),
    name: memory.readText(offset + at.name, READER_NAME_BYTES),
    cursor: memory.loadU64(offset + at.cursor),
    heartbeatNs: memory.loadU64(offset + at.heartbeat),
    lapped: memory.loadU64(offset + at.lapped),
    required: memory.u32[(offset + at.required) >> 2] === 1,
  };
}

function slotOffsets(memory: BookMemory): number[] {
  const first = memory.shape.readerOffset;
  return Array.from({ length: READER_CAPACITY }, (_, index) => first + index * READER_SLOT.bytes);
}
