// What can be wrong with a price book, one class each.

import { TicklineError } from '../../src/platform/errors.ts';

/** No book of that name. */
export class BookNotFoundError extends TicklineError {
  constructor(path: string, cause: unknown) {
    super(
      `there is no price book at ${path}: start the order book first (./tickline orderbook), or look at --book`,
      {
        cause,
      },
    );
  }
}

/** The file is there, but this user may not use it, or /dev/shm may not be written. */
export class BookAccessError extends TicklineError {
  constructor(path: string, found: string, options?: ErrorOptions) {
    super(
      `cannot use ${path}: ${found}; it must be a file of your own in a /dev/shm that you may write`,
      options,
    );
  }

  override get exitStatus(): 2 {
    return 2;
  }
}

/** The file is not a price book, or its header contradicts itself. */
export class NotABookError extends TicklineError {
  constructor(path: string, found: string) {
    super(`${path} is not a price book: ${found}; remove it (./tickline clean), or take another --book`);
  }

  override get exitStatus(): 2 {
    return 2;
  }
}

/** A book whose layout another version of Tickline made. */
export class BookVersionError extends TicklineError {
  constructor(path: string, expected: number, found: number) {
    super(
      `${path} has layout version ${found}, this Tickline reads version ${expected}: ` +
        'stop the other one, then run ./tickline clean, or take another --book',
    );
  }

  override get exitStatus(): 2 {
    return 2;
  }
}

/** A book that a dead writer left, without room for the symbols of the new one. */
export class BookTooSmallError extends TicklineError {
  constructor(path: string, capacity: number, needed: number) {
    super(
      `${path} has room for ${capacity} symbols and ${needed} are needed: ` +
        'run ./tickline clean and start with a larger --symbol-capacity, or take another --book',
    );
  }

  override get exitStatus(): 2 {
    return 2;
  }
}

/** A book that was mapped for reading alone is to be written; the processor would kill the process. */
export class ReadOnlyBookError extends TicklineError {
  constructor(path: string) {
    super(
      `${path} was attached for reading alone: attach it with { readOnly: false } to claim a slot or to wait`,
    );
  }
}

/** A book that somebody cut, removed or wrote over while it was in use. */
export class BookDamagedError extends TicklineError {
  constructor(path: string, found: string) {
    super(
      `${path} was damaged while it was in use: ${found}; the next start of the order book makes a new one. ` +
        'Look for what writes there',
    );
  }
}

/** A size that no book can have. */
export class BookSizeError extends TicklineError {
  constructor(path: string, fault: string) {
    super(`cannot make the price book ${path}: ${fault}`);
  }

  override get exitStatus(): 2 {
    return 2;
  }
}

/** A second writer on one book. */
export class BookInUseError extends TicklineError {
  /** @param writerPid 0 when it is just starting */
  constructor(path: string, writerPid: number) {
    const writer = writerPid > 0 ? `process ${writerPid}` : 'a process that is just starting';
    super(`${path} is written by ${writer}: a book has one writer; stop that one, or take another --book`);
  }

  override get exitStatus(): 2 {
    return 2;
  }
}

/** A symbol that is not in the book. */
export class UnknownSymbolError extends TicklineError {
  constructor(symbol: string) {
    super(`"${symbol}" is not in the price book: symbols are added by its writer`);
  }
}

/** A price that may not enter the book. */
export class BadPriceError extends TicklineError {
  constructor(symbol: string, price: number) {
    super(`${price} is not a price of ${symbol}: expected a finite number above zero`);
  }
}

/** A symbol that may not enter the book, or finds no room in it. */
export class SymbolRejectedError extends TicklineError {
  constructor(symbol: string, reason: string) {
    super(`"${symbol}" cannot be added to the price book: ${reason}`);
  }
}

/** An entry that stays odd: its writer stopped in the middle of a write. */
export class EntryBusyError extends TicklineError {
  constructor(symbol: string) {
    super(`the entry of ${symbol} is half written and its writer does not go on: restart the order book`);
  }
}

/** More readers than slots. */
export class NoReaderSlotError extends TicklineError {
  constructor(capacity: number) {
    super(`all ${capacity} reader slots of the price book are taken by live processes: stop a reader`);
  }
}

/** A counter table that does not fit into a book, or a counter that its table does not define. */
export class CounterTableError extends TicklineError {
  constructor(fault: string) {
    super(`bad counter table: ${fault}`);
  }
}
