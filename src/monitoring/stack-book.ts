// The price book of a stack, with the counters of its processes.

import {
  AttachedPriceBook,
  type AttachOptions,
  BookLink,
  type BookLinkHandler,
  Counters,
  type FeedPosition,
  type NamedProcess,
} from '@tickline/price-book';
import { explainBookError } from '../platform/expected-error.ts';
import { IS_PART_OF_RUN } from '../platform/run-id.ts';
import { COUNTER_TABLE, type CounterName, type CountingProcess } from './counter-table.ts';

/** The price book of a stack. */
export type StackBook = AttachedPriceBook<CounterName>;
/** A link to the price book of a stack. */
export type StackBookLink = BookLink<CounterName>;
/** The counters of one process of a stack. */
export type ProcessCounters = Counters<CounterName>;

/** Maps the price book of a stack. @throws what the constructor of AttachedPriceBook throws */
export function attachBook(name: string, options: AttachOptions = {}): StackBook {
  return new AttachedPriceBook(name, { ...options, counters: COUNTER_TABLE });
}

/**
 * The run of the Gateway that the OrderBook receives, and the first tick that it has not processed. Ticks that it
 * rejected are in no ring, so its counter may be ahead of the book.
 */
export function appliedPosition(book: StackBook): FeedPosition | undefined {
  const position = book.feedPosition;
  return position && { ...position, next: Math.max(position.next, book.counter('orderbook.nextSequence')) };
}

/** What becomes of the price book that a process looks for. */
export interface StackBookHandler {
  /** A book is there: the first, or another file than before. */
  onBook(book: StackBook): void;
  /** The book must not be used any more, or the file of this name never was usable. Called once per reason. */
  onBadBook(reason: string): void;
}

/** Looks for the price book of a stack until it is there, and again when it is replaced. */
export function linkBook(
  name: string,
  handler: StackBookHandler,
  { readOnly = false }: AttachOptions = {},
): StackBookLink {
  const bookHandler: BookLinkHandler<CounterName> = {
    onBook: (book) => handler.onBook(book),
    onBadBook: (error) => handler.onBadBook(explainBookError(error).message),
  };
  return new BookLink(name, bookHandler, { readOnly, counters: COUNTER_TABLE });
}

/**
 * The counters of a process.
 * @param pid its process id; this process's own if left out
 * @param kept memory in which they outlive the process and its book
 */
export function processCounters(
  owner: CountingProcess,
  pid?: number,
  named?: NamedProcess,
  kept?: Float64Array,
): ProcessCounters {
  return new Counters(COUNTER_TABLE, owner, pid, named, kept);
}

/** The counters of one of several strategies on a book. Those of a run are the ones that `counter()` reads. */
export function strategyCounters(name: string): ProcessCounters {
  return processCounters('strategy', process.pid, { name, isMain: IS_PART_OF_RUN });
}
