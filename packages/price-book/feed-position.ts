// Where in the ticks of its feed a book is: the next writer continues there.

import { BookHeader } from './book-header.ts';
import type { BookMemory } from './book-memory.ts';
import { HEADER } from './layout.ts';
import { sequenceAt } from './tick-ring.ts';

/** A position in a run of the feed. */
export interface FeedPosition {
  readonly runId: number;
  /** The sequence number of the first tick that the book does not have. */
  readonly next: number;
}

/** Exact however the writer died, because its last tick is in the ring. Undefined before the first run. */
export function feedPosition(memory: BookMemory): FeedPosition | undefined {
  const { runId, cursor, next } = new BookHeader(memory).feedRun;
  if (runId === 0) return undefined;
  const published = memory.loadU64(HEADER.at.published);
  return { runId, next: published === cursor ? next : sequenceAt(memory, published - 1) + 1 };
}
