// The errors of a chaos run.

import { TicklineError, UsageError } from '../../src/platform/errors.ts';

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

/** No stack runs under the name of `--stack`. */
export class NoTargetError extends UsageError {
  /** @param running names of the stacks that run */
  constructor(stack: string, running: readonly string[]) {
    super(
      running.length === 0
        ? `stack ${stack} does not run, and no other: start it with ./tickline run, or leave out --stack to try a separate one`
        : `stack ${stack} does not run, and nothing was done: choose --stack ${running.join(' or --stack ')}`,
    );
  }
}

/** The stack ended while it was disturbed. */
export class StackGoneError extends TicklineError {
  constructor(stack: string) {
    super(`stack ${stack} ended, expected it to run on: its logs say why`);
  }
}
