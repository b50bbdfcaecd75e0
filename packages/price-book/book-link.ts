// A process's link to a price book that may not be there yet, may close, and may come back as another file.

import { AttachedPriceBook, type AttachOptions } from './attached-price-book.ts';
import { BookDamagedError, BookNotFoundError, PriceBookError } from './errors.ts';

/** Who is told. */
export interface BookLinkHandler<Name extends string = never> {
  /** A book is there; also when it is another file than before. */
  onBook(book: AttachedPriceBook<Name>): void;
  /**
   * There is something of this name that cannot be used, or the book that was there was cut or written over: nothing
   * of it may be used any more. Said once a reason.
   */
  onBadBook(error: PriceBookError): void;
}

const SEARCH_MS = 20;
const WATCH_MS = 250;

export class BookLink<Name extends string = never> {
  readonly #name: string;
  readonly #handler: BookLinkHandler<Name>;
  readonly #options: AttachOptions<Name>;
  /** The book that has the name, mapped once: nothing unmaps it before the process ends. */
  #book: AttachedPriceBook<Name> | undefined;
  /** Whether the handler has taken it. */
  #told = false;
  #timer: NodeJS.Timeout | undefined;
  #lastReason = '';
  #stopped = true;

  /** @param name the book's name, as in `--book` */
  constructor(
    name: string,
    handler: BookLinkHandler<Name>,
    options: AttachOptions<Name> = { readOnly: false },
  ) {
    this.#name = name;
    this.#options = options;
    this.#handler = handler;
  }

  /** Looks at once, and then from time to time, until stop(). Once started it goes on as it is. */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#look();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #look(): void {
    try {
      this.#open();
      this.#tell();
    } catch (error) {
      if (!(error instanceof PriceBookError)) throw error; // of the handler's own: it is not the book that is bad
      this.#tellBad(error);
    }
    if (this.#stopped) return;
    const pause = this.#book?.header.ready ? WATCH_MS : SEARCH_MS;
    this.#timer = setTimeout(() => this.#look(), pause);
  }

  #open(): void {
    const damage = this.#book?.damage();
    if (this.#book && damage !== undefined) this.#drop(this.#book, damage);
    if (this.#book && !this.#book.replaced) return;
    this.#book = new AttachedPriceBook(this.#name, this.#options);
    this.#told = false;
  }

  #drop({ memory }: AttachedPriceBook<Name>, damage: string): void {
    this.#book = undefined;
    this.#tellBad(new BookDamagedError(memory.path, damage));
  }

  /** What a handler could not take, it is offered again. */
  #tell(): void {
    if (this.#told || !this.#book?.header.ready) return;
    this.#handler.onBook(this.#book);
    this.#told = true;
    this.#lastReason = '';
  }

  #tellBad(error: PriceBookError): void {
    if (error instanceof BookNotFoundError) return;
    if (error.message !== this.#lastReason) this.#handler.onBadBook(error);
    this.#lastReason = error.message;
  }
}
