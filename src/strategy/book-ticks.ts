// The ticks of one price book after another: finds those that were not read when a book was given up. The OrderBook counts its
// ticks over all books, so the next book says how many the last one had.

import type { StackBook } from '../monitoring/stack-book.ts';

export class BookTicks {
  readonly #onUnread: (ticks: number) => void;
  /** A book whose count of earlier ticks is not read yet: a new one has it before its first tick. */
  #next: StackBook | undefined;
  /** Ticks in the books before this one. */
  #before = 0;
  /** Ticks in all books up to the last one that was read; undefined: none was left. */
  #readTo: number | undefined;

  constructor(onUnread: (ticks: number) => void) {
    this.#onUnread = onUnread;
  }

  /** Reads this book from its start, unless it is the first one. */
  attach(book: StackBook): void {
    this.#next = book;
  }

  /** Reads the book no more. @param cursor ticks of it that were read */
  leave(cursor: number): void {
    this.count(true);
    this.#readTo = this.#before + cursor;
  }

  /**
   * Counts what was not read of the last book, once there is another one with ticks. Call it periodically.
   * @param isLast when no tick follows
   */
  count(isLast: boolean): void {
    const book = this.#next;
    if (book === undefined || book.damage() !== undefined) return;
    if (!isLast && book.ticks().published === 0) return;
    this.#next = undefined;
    this.#before = book.counter('orderbook.ticksBefore');
    const unread = this.#before - (this.#readTo ?? this.#before);
    this.#readTo = undefined;
    if (unread > 0 && Number.isSafeInteger(unread)) this.#onUnread(unread);
  }
}
