// What an order store throws when it cannot be read or written. `where` is its file, or `in memory`.

import { messageOf, TicklineError } from '../platform/errors.ts';

/** A group of orders could not be recorded: the disk is full, for example. Nothing of the group is kept. */
export class RecordWriteError extends TicklineError {
  constructor(where: string, cause: unknown) {
    super(`cannot write to the order record ${where}: ${messageOf(cause)}; nothing of the group was kept`, {
      cause,
    });
  }
}

/** A lookup failed: the file is damaged, for example. */
export class RecordReadError extends TicklineError {
  constructor(where: string, cause: unknown) {
    super(`cannot read the order record ${where}: ${messageOf(cause)}; is the file damaged?`, { cause });
  }
}
