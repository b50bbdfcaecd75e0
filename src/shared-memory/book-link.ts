// A process's link to a price book that may not be there yet, may close, and may come back as another file.

import { codeOf, messageOf } from '../system/errors.ts';
import { AttachedPriceBook } from './attached-price-book.ts';
import { BookNotFoundError } from './errors.ts';

/** Who is told. */
export interface BookLinkHandler {
  /** A book is there; also when it is another file than before. */
  onBook(book: AttachedPriceBook): void;
  /** There is something of this name that cannot be used. Said once a reason. */
  onBadBook(reason: string): void;
}

const SEARCH_MS = 20;
const WATCH_MS = 250;

export class BookLink {
  readonly #name: string;
  readonly #handler: BookLinkHandler;
  #book: AttachedPriceBook | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastReason = '';
  #stopped = true;

  /** @param name the book's name, as in `--book` */
  constructor(name: string, handler: BookLinkHandler) {
    this.#name = name;
    this.#handler = handler;
  }

  /** Looks at once, and then from time to time, until stop(). */
  start(): void {
    this.#stopped = false;
    this.#look();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #look(): void {
    if (this.#stopped) return;
    if (!this.#book || this.#book.replaced) this.#attach();
    const pause = this.#book && !this.#book.header.closed ? WATCH_MS : SEARCH_MS;
    this.#timer = setTimeout(() => this.#look(), pause);
  }

  #attach(): void {
    try {
      const book = new AttachedPriceBook(this.#name, { readOnly: false });
      if (!book.header.ready) return;
      this.#book = book;
      this.#handler.onBook(book);
    } catch (error) {
      if (error instanceof BookNotFoundError) return;
      const reason = `${messageOf(error)}${codeOf(error) ?? ''}`;
      if (reason !== this.#lastReason) this.#handler.onBadBook(messageOf(error));
      this.#lastReason = reason;
    }
  }
}
