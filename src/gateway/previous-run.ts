// What a killed Gateway has left in the price book: its run id, how far it sent, and how far its ticks
// arrived.

import { type FeedPosition, PriceBookError } from '@tickline/price-book';
import { appliedPosition, attachBook } from '../monitoring/stack-book.ts';

export interface PreviousRun extends FeedPosition {
  /** Number of the last tick that it counted as sent. The last few may never have left. */
  readonly sent: number;
}

/**
 * Undefined without a book, or if the book's ticks are not those of the last Gateway that counted in it. A book that was made
 * in place of a damaged one may have ticks of a Gateway that died before it counted there.
 */
export function previousRun(name: string): PreviousRun | undefined {
  try {
    const book = attachBook(name);
    const position = appliedPosition(book);
    const counted = book.counter('gateway.session');
    if (!position || (counted !== 0 && counted !== position.runId)) return undefined;
    return { ...position, sent: Math.max(position.next - 1, book.counter('gateway.lastSequence')) };
  } catch (error) {
    if (!(error instanceof PriceBookError)) throw error;
    return undefined; // nothing to continue from
  }
}
