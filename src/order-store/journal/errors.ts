// Why a journal cannot be used.

import { counted } from '../../platform/counted.ts';
import { TicklineError, UsageError } from '../../platform/errors.ts';

/** The journal was written by another version of Tickline, or is none. */
export class NotAJournalError extends UsageError {
  constructor(file: string, found: string) {
    super(`expected a journal in ${file}, found ${found}; move it away, or use the Tickline that wrote it`);
  }
}

/** The journal has the orders of another record, or another continuation of this one. */
export class OtherJournalError extends UsageError {
  constructor(file: string, record: string, found: string) {
    super(
      `the journal ${file} does not belong to the order record ${record}: ${found}; ` +
        'put the record back that it belongs to, or move the folder of the journal away to go on without it',
    );
  }
}

/** A comparison needs the journal, and there is none. */
export class NoJournalError extends TicklineError {
  constructor(folder: string, orders: number) {
    super(
      `there is no journal ${folder}, so ${counted(orders, 'order')} in SQLite could not be compared; ` +
        'a copy by --backup has none: verify the record itself',
    );
  }
}

/** Orders that the record does not have yet cannot be read. */
export class JournalDamagedError extends UsageError {
  /** @param what where, and what is lost */
  constructor(file: string, what: string) {
    super(
      `the journal ${file} is damaged: ${what}; nothing was changed; put back a copy of the file, ` +
        'or move the folder of the journal away to go on without these orders',
    );
  }
}

/** A file of the journal was removed, moved, replaced or cut while it was in use. */
export class JournalLostError extends TicklineError {
  constructor(file: string, what: string) {
    super(
      `the journal ${what} while in use, and no more orders are filled: ${file}; ` +
        'stop the OrderManager, put the file back, and start it again',
    );
  }
}
