// The price book of a run, as the orchestrator reads it.

import { BookNotFoundError, PriceBookError } from '@tickline/price-book';
import { attachBook, type StackBook } from '../monitoring/stack-book.ts';

export class RunBook {
  readonly #name: string;
  #attached: StackBook | undefined;

  /** @param name of the stack */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * The book; undefined until isWrittenBy() has found it. A book that replaced a damaged one is attached, and
   * the old one is kept while there is no new one.
   */
  get current(): StackBook | undefined {
    if (!this.#attached?.replaced) return this.#attached;
    try {
      this.#attached = attachBook(this.#name);
    } catch (error) {
      if (!(error instanceof PriceBookError)) throw error;
    }
    return this.#attached;
  }

  /** Whether this process writes the book, and has made it ready. @throws what opening a book can throw */
  isWrittenBy(pid: number | undefined): boolean {
    try {
      const book = attachBook(this.#name);
      if (!book.header.ready || book.header.writerPid !== pid) return false;
      this.#attached = book;
      return true;
    } catch (error) {
      if (error instanceof BookNotFoundError) return false;
      throw error;
    }
  }

  /** Whether this process reads the ticks of the book. */
  isReadBy(pid: number | undefined): boolean {
    return this.current?.readers().some((reader) => reader.pid === pid) ?? false;
  }
}
