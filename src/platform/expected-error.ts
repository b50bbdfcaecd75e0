// What the command line prints for an error that was thrown on purpose, and the exit status that follows.

import { PosixError } from '@tickline/posix';
import {
  BookAccessError,
  BookClockError,
  BookDamagedError,
  BookFullError,
  BookInUseError,
  BookNotFoundError,
  BookSizeError,
  BookTooSmallError,
  BookVersionError,
  EntryBusyError,
  NotABookError,
  PriceBookError,
} from '@tickline/price-book';
import { TicklineError } from './errors.ts';

export interface ExpectedError {
  /** One line for the user. */
  readonly message: string;
  /** 2 when a retry cannot help. */
  readonly exitStatus: 1 | 2;
}

/** What the user of a stack does next. The package of the price book knows no stack. */
const ADVICE = new Map<unknown, string>([
  [BookNotFoundError, 'start the order book first (./tickline orderbook), or check --stack'],
  [BookAccessError, 'have it removed by its owner or root, or choose another --stack'],
  [NotABookError, 'remove it (./tickline clean), or choose another --stack'],
  [BookVersionError, 'stop the Tickline that wrote it, then run ./tickline clean, or choose another --stack'],
  [
    BookTooSmallError,
    'run ./tickline clean and start with a larger --symbol-capacity, or choose another --stack',
  ],
  [BookFullError, 'start with a larger --symbol-capacity'],
  [BookInUseError, 'stop that process, or choose another --stack'],
  [
    BookDamagedError,
    'the order book creates a new one when it restarts; find the program that writes or removes it',
  ],
  [BookClockError, 'run all processes of a stack on one machine, in one time namespace'],
  [EntryBusyError, 'restart the order book'],
]);

/** Only `book` and `stat` end for want of a book; the processes of a stack wait for it. */
const NO_RETRY = new Set<unknown>([
  BookNotFoundError,
  BookAccessError,
  NotABookError,
  BookVersionError,
  BookTooSmallError,
  BookSizeError,
  BookInUseError,
  BookClockError,
]);

/** Undefined for a defect of the program: its stack trace is needed. */
export function expectedError(thrown: unknown): ExpectedError | undefined {
  if (thrown instanceof TicklineError) return thrown;
  if (thrown instanceof PriceBookError) return explainBookError(thrown);
  if (thrown instanceof PosixError) return { message: thrown.message, exitStatus: 1 };
  return undefined;
}

/** An error of the price book, with what to do next in a stack. */
export function explainBookError(error: PriceBookError): ExpectedError {
  const advice = ADVICE.get(error.constructor);
  return {
    message: advice === undefined ? error.message : `${error.message}; ${advice}`,
    exitStatus: NO_RETRY.has(error.constructor) ? 2 : 1,
  };
}
