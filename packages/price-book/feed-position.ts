// Where in the ticks of the Gateway a price book stands: who writes it goes on there, and so does a new Gateway.

import { BookHeader } from './book-header.ts';
import type { BookMemory } from './book-memory.ts';
import { HEADER } from './layout.ts';
import { sequenceAt } from './tick-ring.ts';

/** A place in a run of the Gateway. */
export interface FeedPosition {
  readonly runId: number;
  /** Number of the first tick that the book does not have. */
  readonly next: number;
}

/** Whatever the writer died of, its last tick is in the ring. Undefined before the first run. */
export function feedPosition(memory: BookMemory): FeedPosition | undefined {
  const { runId, cursor, next } = new BookHeader(memory).feedRun;
  if (runId === 0) return undefined;
  const published = memory.loadU64(HEADER.at.published);
  return { runId, next: published === cursor ? next : sequenceAt(memory, published - 1) + 1 };
}
