// What a run of chaos can end with.

import { TicklineError } from '../../src/platform/errors.ts';

/** A promise did not hold. */
export class BrokenPromiseError extends TicklineError {
  constructor(promise: string, expected: string, found: string) {
    super(`${promise}: expected ${expected}, found ${found}`);
  }
}

/** The stack did not get going, or did not end in order. */
export class StackFailedError extends TicklineError {}
