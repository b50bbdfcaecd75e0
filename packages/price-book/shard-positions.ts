// Where the book is in each stream of ticks: the next writer continues there.
//
// A writer that is killed in the middle of a message has left some of its ticks in the ring. `shardCursor` tells where they begin,
// so the position is exact however it died.

import type { BookMemory } from './book-memory.ts';
import { HEADER, SHARD_POSITION } from './layout.ts';
import { sequenceAt } from './tick-ring.ts';

const { at } = SHARD_POSITION;

/** A position in the stream of one shard. */
export interface ShardPosition {
  /** The run of the Gateway. */
  readonly runId: number;
  /** Number of the first tick of the shard that the book does not have. */
  readonly next: number;
  /** When the stream was made, ms since 1970 UTC. */
  readonly created: number;
  /** Sequence of the last message that the book has. */
  readonly streamSequence: number;
}

export class ShardPositions {
  readonly #memory: BookMemory;

  constructor(memory: BookMemory) {
    this.#memory = memory;
  }

  /** Undefined before the first message of a run. */
  read(shard: number): ShardPosition | undefined {
    const memory = this.#memory;
    const row = rowOf(shard);
    const runId = memory.loadU64(row + at.run);
    if (runId === 0) return undefined;
    const created = memory.loadU64(row + at.created);
    const streamSequence = memory.loadU64(row + at.streamSequence);
    const next = memory.loadU64(row + at.next);
    return { runId, next: Math.max(next, this.#nextInRing(shard)), created, streamSequence };
  }

  /** The ticks that follow are of this shard, until the next call. */
  open(shard: number): void {
    this.#memory.storeU64(HEADER.at.shardCursor, this.#memory.loadU64(HEADER.at.published)); // before the shard: nothing is open now
    this.#memory.storeU32(HEADER.at.openShard, shard);
  }

  /** The message is applied. */
  save(shard: number, { next, streamSequence }: Pick<ShardPosition, 'next' | 'streamSequence'>): void {
    const row = rowOf(shard);
    this.#memory.storeU64(row + at.next, next); // before the message: one that comes again is dropped by its numbers
    this.#memory.storeU64(row + at.streamSequence, streamSequence);
  }

  /** The ticks before `next` are missing, and counted. */
  passGap(shard: number, next: number): void {
    this.#memory.storeU64(rowOf(shard) + at.next, next);
  }

  /** Begins a run. Call it before open(). */
  begin(shard: number, position: ShardPosition): void {
    const row = rowOf(shard);
    this.open(shard); // so that ticks of the last run say nothing about this one
    this.#memory.storeU64(row + at.run, 0); // a writer killed here leaves no position
    this.#memory.storeU64(row + at.created, position.created);
    this.save(shard, position);
    this.#memory.storeU64(row + at.run, position.runId);
  }

  /** The number behind the last tick of a message that a killed writer had begun; 0 if it had not. */
  #nextInRing(shard: number): number {
    const memory = this.#memory;
    const published = memory.loadU64(HEADER.at.published);
    if (memory.loadU32(HEADER.at.openShard) !== shard) return 0;
    return published > memory.loadU64(HEADER.at.shardCursor) ? sequenceAt(memory, published - 1) + 1 : 0;
  }
}

function rowOf(shard: number): number {
  return HEADER.at.shards + shard * SHARD_POSITION.bytes;
}
