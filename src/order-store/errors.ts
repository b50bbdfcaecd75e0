// What an order store throws when it cannot be read or written.

import { messageOf, TicklineError } from '../platform/errors.ts';

/** A group of orders could not be written (a full disk, say). Nothing of the group is kept. */
export class RecordWriteError extends TicklineError {
  constructor(file: string, cause: unknown) {
    super(`cannot write to the order record ${file}: ${messageOf(cause)}; nothing of the group was kept`, {
      cause,
    });
  }
}

/** The record could not be read (a damaged file, say). */
export class RecordReadError extends TicklineError {
  constructor(file: string, cause: unknown) {
    super(`cannot read the order record ${file}: ${messageOf(cause)}; is the file damaged?`, { cause });
  }
}
