// Why an order record cannot be opened.

import { messageOf, TicklineError, UsageError } from '../../platform/errors.ts';

/** The file cannot be opened at all. */
export class RecordOpenError extends UsageError {
  constructor(file: string, cause: unknown) {
    super(`cannot open the order record ${file}: ${messageOf(cause)}; check the path and its permissions`, {
      cause,
    });
  }
}

/** The file is not a SQLite database, or belongs to another program. */
export class NotARecordError extends UsageError {
  constructor(file: string, found: string, options?: ErrorOptions) {
    super(
      `expected an order record in ${file}, found ${found}; choose another file with --orders-db`,
      options,
    );
  }
}

/** Another version of Tickline created the record. */
export class RecordVersionError extends UsageError {
  constructor(file: string, expected: number, found: number) {
    super(
      `expected schema version ${expected} or older in the order record ${file}, found ${found}; ` +
        `use the Tickline that created it, or start a new record with --orders-db`,
    );
  }
}

/** The file or its file system is read-only. */
export class RecordReadOnlyError extends UsageError {
  constructor(file: string, cause: unknown) {
    super(
      `the order record ${file} is read-only (${messageOf(cause)}); ` +
        `make the file and its folder writable, or choose another with --orders-db`,
      { cause },
    );
  }
}

/** Another OrderManager has locked the record. */
export class RecordInUseError extends UsageError {
  constructor(file: string, holder: string) {
    super(
      `the order record ${file} belongs to a running OrderManager (process ${holder || 'unknown'}); ` +
        `stop it first, or choose another file with --orders-db`,
    );
  }
}

/** A file of the record was removed, moved, replaced, cut or overwritten while the record was in use. */
export class RecordLostError extends TicklineError {
  /** @param what what happened to it, such as `was replaced` */
  constructor(file: string, what: string) {
    super(
      `the order record ${what} while in use, and no more orders are filled: ${file}; ` +
        `stop the OrderManager, put the record back, and start it again`,
    );
  }
}

/** A record cannot be copied. */
export class BackupError extends UsageError {
  constructor(file: string, copy: string, cause: unknown) {
    super(`cannot copy the order record ${file} to ${copy}: ${messageOf(cause)}; choose another file`, {
      cause,
    });
  }
}
