// Follows a price book by its name: it may not exist yet, may close, and may come back as another file.

import { releaseMapping } from '@tickline/posix';
import { AttachedPriceBook, type AttachOptions } from './attached-price-book.ts';
import { BookDamagedError, BookNotFoundError, PriceBookError } from './errors.ts';

/** Is called when the book changes. */
export interface BookLinkHandler<Name extends string = never> {
  /** There is a book: the first, or another file than before. If it throws a PriceBookError it is called again later. */
  onBook(book: AttachedPriceBook<Name>): void;
  /**
   * The file of this name cannot be used, or the book was damaged and must not be used any more. Called once per
   * reason. That there is no book is not an error.
   */
  onBadBook(error: PriceBookError): void;
}

const SEARCH_INTERVAL_MS = 20;
const WATCH_INTERVAL_MS = 250;
/** So much later nobody is in the middle of reading a replaced book. */
const RELEASE_AFTER_MS = 1_000;

/**
 * Attaches to the book that has the name, whenever there is another one. A second after the handler has accepted that
 * one, the last book reads as zeros.
 */
export class BookLink<Name extends string = never> {
  readonly #name: string;
  readonly #handler: BookLinkHandler<Name>;
  readonly #options: AttachOptions<Name>;
  /** The book that has the name. */
  #book: AttachedPriceBook<Name> | undefined;
  /** Books that had it: released once the handler has another, so that they do not keep their memory. */
  #replaced: AttachedPriceBook<Name>[] = [];
  /** Whether the handler has accepted it. */
  #accepted = false;
  #timer: NodeJS.Timeout | undefined;
  #lastReason = '';
  #stopped = true;

  /** @param name the name of the book, without the prefix of its file */
  constructor(
    name: string,
    handler: BookLinkHandler<Name>,
    options: AttachOptions<Name> = { readOnly: false },
  ) {
    this.#name = name;
    this.#options = options;
    this.#handler = handler;
  }

  /** Looks for the book immediately, and then periodically until stop(). A second call does nothing. */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#look();
  }

  /** Looks now for a book that was replaced a moment ago, as before a process exits. Does nothing while it is stopped. */
  lookAgain(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#look();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #look(): void {
    try {
      this.#open();
      this.#offer();
    } catch (error) {
      if (!(error instanceof PriceBookError)) throw error; // thrown by the handler for another reason
      this.#reportBad(error);
    }
    if (this.#stopped) return;
    const delayMs = this.#book?.header.ready ? WATCH_INTERVAL_MS : SEARCH_INTERVAL_MS;
    this.#timer = setTimeout(() => this.#look(), delayMs);
  }

  #open(): void {
    const damage = this.#book?.damage();
    if (this.#book && damage !== undefined) this.#drop(this.#book, damage);
    if (this.#book && !this.#book.replaced) return;
    const last = this.#book;
    this.#book = new AttachedPriceBook(this.#name, this.#options);
    this.#accepted = false;
    if (last) this.#replaced.push(last);
  }

  #drop(book: AttachedPriceBook<Name>, damage: string): void {
    this.#book = undefined;
    this.#replaced.push(book);
    this.#reportBad(new BookDamagedError(book.path, damage));
  }

  #offer(): void {
    if (this.#accepted || !this.#book?.header.ready) return;
    this.#handler.onBook(this.#book);
    this.#accepted = true;
    this.#lastReason = '';
    this.#releaseReplaced();
  }

  #releaseReplaced(): void {
    for (const { memory } of this.#replaced.splice(0))
      setTimeout(() => releaseMapping(memory.bytes.buffer), RELEASE_AFTER_MS).unref();
  }

  #reportBad(error: PriceBookError): void {
    if (error instanceof BookNotFoundError) return;
    if (error.message !== this.#lastReason) this.#handler.onBadBook(error);
    this.#lastReason = error.message;
  }
}
