// What a Gateway that died has left in the price book: its run id, what it had sent, and what of it has arrived.

import { type FeedPosition, PriceBookError } from '@tickline/price-book';
import { attachBook } from '../monitoring/stack-book.ts';

export interface PreviousRun extends FeedPosition {
  /** Number of the last tick that it counted as sent: the last ones may never have left. */
  readonly sent: number;
}

/** Undefined when there is no book, or its ticks are of another Gateway than the last. */
export function previousRun(name: string): PreviousRun | undefined {
  try {
    const book = attachBook(name);
    const position = book.feedPosition;
    if (!position || position.runId !== book.counter('gateway.session')) return undefined;
    return { ...position, sent: Math.max(position.next - 1, book.counter('gateway.lastSequence')) };
  } catch (error) {
    if (!(error instanceof PriceBookError)) throw error;
    return undefined; // no book that can be read: then there is nothing to go on with
  }
}
