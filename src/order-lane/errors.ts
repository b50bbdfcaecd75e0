// The errors of order lanes.

import { TicklineError, UsageError } from '../platform/errors.ts';

/** The file cannot be opened, created or mapped. */
export class LaneOpenError extends UsageError {
  constructor(path: string, found: string, options?: ErrorOptions) {
    super(
      `cannot use the order lane ${path}: ${found}; check that file, or start the Strategy with --order-path tcp`,
      options,
    );
  }
}

/** The file is no order lane of this version. It is left unchanged. */
export class NotALaneError extends UsageError {
  constructor(path: string, found: string) {
    super(
      `expected an order lane in ${path}, found ${found}; if it is not needed, remove it and start again`,
    );
  }
}

/** Another process holds the lane: two strategies with one name would trade one position. */
export class LaneInUseError extends UsageError {
  constructor(path: string) {
    super(
      `the order lane ${path} belongs to a running strategy; stop it first, or give this one a different --strategy-name`,
    );
  }
}

/** A record or the header was overwritten, or the file was cut. */
export class LaneDamagedError extends TicklineError {
  constructor(path: string, what: string) {
    super(`the order lane ${path} is damaged: ${what}; restart its strategy, which keeps the whole records`);
  }
}

/** The OrderManager does not read the lane of this strategy. */
export class LaneRefusedError extends TicklineError {
  constructor(reason: string) {
    super(
      `orders cannot go by the order lane: ${reason}; mend that, or start the Strategy with --order-path tcp`,
    );
  }
}
