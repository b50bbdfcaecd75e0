// The errors of a price book, one class each.

/** Base class of the errors of this package. The message is one line: what was found, and what was expected. */
export abstract class PriceBookError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No book has this name. */
export class BookNotFoundError extends PriceBookError {
  constructor(path: string, cause: unknown) {
    super(`there is no price book at ${path}`, { cause });
  }
}

/** The file exists and this user may not use it, or this user may not write to /dev/shm. */
export class BookAccessError extends PriceBookError {
  constructor(path: string, found: string, options?: ErrorOptions) {
    super(
      `cannot use ${path}: ${found}; expected a file that you own, in a /dev/shm that you may write to`,
      options,
    );
  }
}

/** A system call for a book failed: mostly because /dev/shm is full. */
export class BookSystemError extends PriceBookError {
  constructor(path: string, cause: Error) {
    super(`the system refused the price book ${path}: ${cause.message}`, { cause });
  }
}

/** The file is not a price book, or its header contradicts itself. */
export class NotABookError extends PriceBookError {
  constructor(path: string, found: string) {
    super(`${path} is not a price book: ${found}`);
  }
}

/** A book with the layout of another version of this package. */
export class BookVersionError extends PriceBookError {
  constructor(path: string, expected: number, found: number) {
    super(`${path} has layout version ${found}, expected ${expected}`);
  }
}

/** A book whose times are those of another clock: ages and time-outs would be wrong by any amount. */
export class BookClockError extends PriceBookError {
  constructor(path: string) {
    super(`${path} has the times of another clock, expected those of this time namespace`);
  }
}

/** A book that a dead writer left, without room for the symbols of the new writer. */
export class BookTooSmallError extends PriceBookError {
  constructor(path: string, capacity: number, needed: number) {
    super(`${path} has room for ${capacity} symbols and ${needed} are needed`);
  }
}

/** A write to a book that is mapped read-only: the store itself would kill the process. */
export class ReadOnlyBookError extends PriceBookError {
  constructor(path: string) {
    super(`${path} is attached read-only: attach it with { readOnly: false } to claim a slot or to wait`);
  }
}

/** A book that another program truncated, removed or overwrote while it was in use. */
export class BookDamagedError extends PriceBookError {
  constructor(path: string, found: string) {
    super(`${path} was damaged while it was in use: ${found}`);
  }
}

/** A size that no book can have. */
export class BookSizeError extends PriceBookError {
  constructor(path: string, fault: string) {
    super(`cannot create the price book ${path}: ${fault}`);
  }
}

/** A second writer for one book. */
export class BookInUseError extends PriceBookError {
  /** @param writerPid 0 while that writer is starting */
  constructor(path: string, writerPid: number) {
    const writer = writerPid > 0 ? `process ${writerPid}` : 'a process that is just starting';
    super(`${path} is written by ${writer}: a book has one writer`);
  }
}

/** All entries of the symbol table are in use. */
export class BookFullError extends PriceBookError {
  constructor(symbol: string, capacity: number) {
    super(`"${symbol}" cannot be added to the price book: all ${capacity} entries are in use`);
  }
}

/** A symbol that does not fit into an entry. */
export class BadSymbolError extends PriceBookError {
  constructor(symbol: string, lengthMax: number) {
    super(
      `${JSON.stringify(symbol)} cannot be added to the price book: ` +
        `expected 1 to ${lengthMax} visible ASCII characters`,
    );
  }
}

/** One text in place of a list of symbols. */
export class SymbolListError extends PriceBookError {
  constructor(text: string) {
    super(`${JSON.stringify(text)} is no list of symbols: to attach by a name, put it second, after []`);
  }
}

/** A symbol that is not in the book. */
export class UnknownSymbolError extends PriceBookError {
  constructor(symbol: string) {
    super(`"${symbol}" is not in the price book: its writer adds the symbols`);
  }
}

/** A price that must not be written. */
export class BadPriceError extends PriceBookError {
  constructor(symbol: string, price: number) {
    super(`${price} is not a price of ${symbol}: expected a finite number above zero`);
  }
}

/** An entry that stays odd: its writer stopped in the middle of a write. */
export class EntryBusyError extends PriceBookError {
  constructor(symbol: string) {
    super(`the entry of ${symbol} is half written, and its writer does not finish it`);
  }
}

/** More readers than slots. */
export class NoReaderSlotError extends PriceBookError {
  constructor(capacity: number) {
    super(`live processes hold all ${capacity} reader slots of the price book: stop a reader`);
  }
}

/** A counter table that does not fit into a book, or a counter that its table does not define. */
export class CounterTableError extends PriceBookError {
  constructor(fault: string) {
    super(`bad counter table: ${fault}`);
  }
}
