// One class for both ends of a price book: the first process that constructs it writes, every later one reads.

import { AttachedPriceBook } from './attached-price-book.ts';
import { BookInUseError, SymbolListError } from './errors.ts';
import { type BookOptions, PriceBookWriter } from './price-book-writer.ts';

/** Tickline's own. */
const DEFAULT_NAME = 'default';

/** The latest price of each symbol, shared between processes. */
export class SharedPriceBook {
  readonly #book: PriceBookWriter | AttachedPriceBook;

  /**
   * Creates the book with these symbols, or attaches to it: when a live process writes it, and when no symbols are given.
   * @param name `/dev/shm/tickline-<name>`
   * @throws SymbolListError for a name in place of the symbols; BookNotFoundError without symbols and without a book; and all that PriceBookWriter and AttachedPriceBook throw
   */
  constructor(symbols: readonly string[] = [], name = DEFAULT_NAME, options: BookOptions = {}) {
    if (typeof symbols === 'string') throw new SymbolListError(symbols); // in JavaScript
    this.#book = symbols.length === 0 ? new AttachedPriceBook(name) : createOrAttach(symbols, name, options);
  }

  /** Whether this process writes the book. */
  get isWriter(): boolean {
    return this.#book instanceof PriceBookWriter;
  }

  /** All symbols, in the order in which they were added. */
  get symbols(): string[] {
    return this.#book.symbols;
  }

  /** Writes a price in USD. @throws BookInUseError in a process that reads; UnknownSymbolError, BadPriceError */
  update(symbol: string, price: number): void {
    if (!(this.#book instanceof PriceBookWriter))
      throw new BookInUseError(this.#book.memory.path, this.#book.header.writerPid);
    this.#book.update(symbol, price);
  }

  /** The latest price in USD; undefined before the first. @throws UnknownSymbolError, EntryBusyError, BookDamagedError */
  read(symbol: string): number | undefined {
    return this.#book.read(symbol);
  }

  /** The writer removes the book, and its readers see that it is closed. A reader's book stays. */
  close(): void {
    if (this.#book instanceof PriceBookWriter) this.#book.close();
  }
}

function createOrAttach(
  symbols: readonly string[],
  name: string,
  options: BookOptions,
): PriceBookWriter | AttachedPriceBook {
  try {
    return new PriceBookWriter(symbols, name, options);
  } catch (error) {
    if (!(error instanceof BookInUseError)) throw error;
    return new AttachedPriceBook(name);
  }
}
