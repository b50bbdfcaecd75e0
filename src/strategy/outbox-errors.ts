// The errors of a strategy's outbox.

import { UsageError } from '../platform/errors.ts';

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
