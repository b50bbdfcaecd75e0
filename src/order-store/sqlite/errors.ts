// What can go wrong with the order record, one class each.

import { messageOf, TicklineError } from '../../platform/errors.ts';

/** The file cannot be opened at all. */
export class RecordOpenError extends TicklineError {
  constructor(file: string, cause: unknown) {
    super(`cannot open the order record ${file}: ${messageOf(cause)}; check the path and its permissions`, {
      cause,
    });
  }

  override get exitStatus(): 2 {
    return 2;
  }
}

/** The file is something else: no SQLite database, or the database of another program. */
export class NotARecordError extends TicklineError {
  constructor(file: string, found: string, options?: ErrorOptions) {
    super(
      `expected an order record in ${file}, found ${found}; choose another file with --orders-db`,
      options,
    );
  }

  override get exitStatus(): 2 {
    return 2;
  }
}

/** The record was made by another version of Tickline. */
export class RecordVersionError extends TicklineError {
  constructor(file: string, expected: number, found: number) {
    super(
      `expected schema version ${expected} in the order record ${file}, found ${found}; ` +
        `use the Tickline that made it, or start a new record with --orders-db`,
    );
  }

  override get exitStatus(): 2 {
    return 2;
  }
}

/** The file or its disk may only be read. */
export class RecordReadOnlyError extends TicklineError {
  constructor(file: string, cause: unknown) {
    super(
      `the order record ${file} may only be read (${messageOf(cause)}); ` +
        `make the file and its folder writable, or choose another with --orders-db`,
      { cause },
    );
  }

  override get exitStatus(): 2 {
    return 2;
  }
}

/** Another OrderManager writes this record. */
export class RecordInUseError extends TicklineError {
  constructor(file: string, holder: string) {
    super(
      `the order record ${file} belongs to a running OrderManager (process ${holder || 'unknown'}); ` +
        `stop it first, or choose another file with --orders-db`,
    );
  }

  override get exitStatus(): 2 {
    return 2;
  }
}
