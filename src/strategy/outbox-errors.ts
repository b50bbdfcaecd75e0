// The errors of a strategy's outbox.

import { counted } from '../platform/counted.ts';
import { TicklineError, UsageError } from '../platform/errors.ts';

/** The file cannot be opened. */
export class OutboxOpenError extends UsageError {
  constructor(file: string, found: string, options?: ErrorOptions) {
    super(
      `cannot open the outbox ${file}: ${found}; check the path, or choose another with --outbox`,
      options,
    );
  }
}

/** The file is not an outbox. It is left unchanged. */
export class NotAnOutboxError extends UsageError {
  constructor(file: string, found: string) {
    super(`expected the orders of a strategy in ${file}, found ${found}; choose another file with --outbox`);
  }
}

/** Another process has locked the file: two strategies with one name would trade the same position. */
export class OutboxInUseError extends UsageError {
  constructor(file: string) {
    super(
      `the outbox ${file} belongs to a running strategy; stop it first, or give this one a different --strategy-name`,
    );
  }
}

/** The file was removed, moved, replaced or cut while it was in use: a kill of the strategy would lose its orders. */
export class OutboxLostError extends TicklineError {
  /** @param keptIn the new outbox with the pending orders; undefined if none could be written */
  constructor(file: string, what: OutboxDamage, pending: number, keptIn: string | undefined) {
    super(
      `the outbox was ${what} while in use, and no more orders are sent: ${file}; ` +
        (keptIn === undefined
          ? `its ${counted(pending, 'pending order is in memory only; wait for its report', 'pending orders are in memory only; wait for their reports')}, then restart the strategy`
          : `its ${counted(pending, 'pending order is', 'pending orders are')} in ${keptIn} now; restart the strategy`),
    );
  }
}

/** What another program did to an outbox in use. */
export type OutboxDamage = 'removed or moved' | 'replaced' | 'cut';
