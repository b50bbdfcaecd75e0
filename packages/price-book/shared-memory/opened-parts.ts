// What a process gets for each part of a shared file.

import { Doorbell } from './doorbell.ts';
import type { FileLock } from './file-lock.ts';
import type { FileMemory } from './file-memory.ts';
import type { CountersPart, DoorbellPart, LockPart, Parts, RingPart, TablePart } from './parts.ts';
import { SharedCounters } from './shared-counters.ts';
import { BELL, COUNTER_LINES, type PlacedPart, type SharedLayout } from './shared-layout.ts';
import { SharedRing, SharedRingWriter } from './shared-ring.ts';
import { SharedTable, SharedTableWriter } from './shared-table.ts';

/** What a reader gets for a part. */
export type ReaderOf<P> =
  P extends TablePart<infer F> ? SharedTable<F> : P extends RingPart<infer F> ? SharedRing<F> : OfAll<P>;

/** What the writer gets for a part. */
export type WriterOf<P> =
  P extends TablePart<infer F>
    ? SharedTableWriter<F>
    : P extends RingPart<infer F>
      ? SharedRingWriter<F>
      : OfAll<P>;

/** What all processes may change. */
type OfAll<P> = P extends DoorbellPart
  ? Doorbell
  : P extends LockPart
    ? FileLock
    : P extends CountersPart<infer Name>
      ? SharedCounters<Name>
      : never;

export type Readers<P extends Parts> = { readonly [Name in keyof P]: ReaderOf<P[Name]> };
export type Writers<P extends Parts> = { readonly [Name in keyof P]: WriterOf<P[Name]> };

/** The locks of a file: `index` counts all of them, over all parts. */
export type LockAt = (index: number) => FileLock;

/** The parts, as a reader or the writer has them. */
export function openParts(
  memory: FileMemory,
  { parts }: SharedLayout,
  lockAt: LockAt,
  writes: boolean,
): Record<string, unknown> {
  const entries = Object.entries(parts);
  return Object.fromEntries(
    entries.map(([name, place], index) => {
      const lockOf = (line: number) => lockAt(index * COUNTER_LINES + line);
      return [name, openPart(memory, name, place, lockOf, writes)];
    }),
  );
}

function openPart(
  memory: FileMemory,
  name: string,
  place: PlacedPart,
  lockOf: LockAt,
  writes: boolean,
): unknown {
  switch (place.kind) {
    case 'table':
      return writes ? new SharedTableWriter(memory, name, place) : new SharedTable(memory, name, place);
    case 'ring':
      return writes ? new SharedRingWriter(memory, name, place) : new SharedRing(memory, name, place);
    case 'doorbell':
      return new Doorbell(memory, {
        word: place.offset + BELL.at.word,
        armed: place.offset + BELL.at.armed,
        wakesNext: true,
      });
    case 'lock':
      return lockOf(0);
    case 'counters':
      return new SharedCounters(memory, place.names ?? [], place, lockOf);
  }
}
