// The reader slots: who reads the ring, and how far each has come. Every tool sees the lag; a lossless writer waits.

import { isAlive, nowNs } from '@tickline/posix';
import type { BookMemory } from './book-memory.ts';
import { NoReaderSlotError } from './errors.ts';
import { READER_CAPACITY, READER_NAME_BYTES, READER_SLOT } from './layout.ts';

const { at } = READER_SLOT;

/** A reader as others see it. */
export interface ReaderState {
  readonly pid: number;
  readonly name: string;
  /** Ticks of the ring that it is done with. */
  readonly cursor: number;
  /** CLOCK_MONOTONIC in ns. */
  readonly heartbeatNs: number;
  /** Ticks that were overwritten before it came to them. */
  readonly lapped: number;
}

/** A slot held by this process. */
export class ReaderSlot {
  readonly #memory: BookMemory;
  readonly #offset: number;
  /** Where a dead reader of the same name stopped; undefined if there was none. */
  readonly inheritedCursor: number | undefined;

  constructor(memory: BookMemory, offset: number, inheritedCursor: number | undefined) {
    this.#memory = memory;
    this.#offset = offset;
    this.inheritedCursor = inheritedCursor;
  }

  /** Whether the slot is still this process's: a writer lets a reader go that stands still for too long. */
  get held(): boolean {
    return Atomics.load(this.#memory.i32, (this.#offset + at.pid) >> 2) === process.pid;
  }

  /** Says how far this reader has come: all ticks before `cursor` are done with. Nothing when it was let go. */
  advance(cursor: number, lapped: number): void {
    if (!this.held) return;
    this.#memory.storeU64(this.#offset + at.lapped, lapped);
    this.#memory.storeU64(this.#offset + at.cursor, cursor);
  }

  beat(): void {
    if (!this.held) return;
    this.#memory.storeU64(this.#offset + at.heartbeat, nowNs());
  }

  release(): void {
    Atomics.compareExchange(this.#memory.i32, (this.#offset + at.pid) >> 2, process.pid, 0);
  }
}

/** The readers that live, as any process sees them. */
export function liveReaders(memory: BookMemory): ReaderState[] {
  return slotOffsets(memory)
    .map((offset) => readSlot(memory, offset))
    .filter((reader) => isAlive(reader.pid));
}

/**
 * Takes a slot: the one that a dead reader of this name left, with its cursor, or a free one, starting at `cursor`.
 * @throws NoReaderSlotError, ReadOnlyBookError
 */
export function claimReaderSlot(memory: BookMemory, name: string, cursor: number): ReaderSlot {
  memory.requireWritable();
  const offsets = slotOffsets(memory);
  const left = offsets.filter((offset) => isLeftBy(memory, offset, name));
  for (const offset of [...left, ...offsets]) {
    const { pid, cursor: oldCursor } = readSlot(memory, offset);
    if (isAlive(pid)) continue;
    // SYNC POINT: of two readers that want the slot, one gets it
    if (Atomics.compareExchange(memory.i32, (offset + at.pid) >> 2, pid, process.pid) !== pid) continue;
    const inherited = left.includes(offset) ? oldCursor : undefined;
    const slot = new ReaderSlot(memory, offset, inherited);
    memory.writeText(offset + at.name, READER_NAME_BYTES, name);
    slot.advance(inherited ?? cursor, 0);
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
  };
}

function slotOffsets(memory: BookMemory): number[] {
  const first = memory.shape.readerOffset;
  return Array.from({ length: READER_CAPACITY }, (_, index) => first + index * READER_SLOT.bytes);
}
