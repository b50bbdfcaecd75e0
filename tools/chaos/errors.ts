// The errors of a chaos run.

import { TicklineError } from '../../src/platform/errors.ts';

/** A promise did not hold. */
export class BrokenPromiseError extends TicklineError {
  constructor(promise: string, expected: string, found: string) {
    super(`${promise}: expected ${expected}, found ${found}`);
  }
}

/** The run did not stop in order. */
export class RunFailedError extends TicklineError {
  constructor(how: string) {
    super(`the run exited with ${how}, expected status 0 after SIGTERM: its output and logs say why`);
  }
}
