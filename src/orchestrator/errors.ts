// What can end a run before its work is done.

import { TicklineError } from '../platform/errors.ts';

/** A process that was not ready in time. */
export class NotReadyError extends TicklineError {
  constructor(name: string, waitedMs: number) {
    super(`${name} was not ready after ${waitedMs / 1000} s; its log says why`);
  }
}

/** A process that the run needs cannot be kept running. */
export class RunFailedError extends TicklineError {
  readonly #exitStatus: 1 | 2;

  constructor(process: string, reason: string, exitStatus: 1 | 2) {
    super(`gave up on ${process}: ${reason}`);
    this.#exitStatus = exitStatus;
  }

  override get exitStatus(): 1 | 2 {
    return this.#exitStatus;
  }
}

/** A process exited in order before its work was done, as it does after a SIGTERM that the run did not send. */
export class StoppedFromOutsideError extends TicklineError {
  constructor(process: string) {
    super(
      `${process} was stopped by a signal from outside, so the run ends before its data; ` +
        'to stop a run, send SIGINT or SIGTERM to `tickline run` itself',
    );
  }
}

/** A process exited with an error when the run stopped it. */
export class FailedAtStopError extends TicklineError {
  readonly #status: number;

  constructor(process: string, status: number) {
    super(`${process} exited with status ${status} when the run stopped it; its message above says why`);
    this.#status = status;
  }

  override get exitStatus(): 1 | 2 {
    return this.#status === 2 ? 2 : 1;
  }
}

/** The figures of the summary do not add up: ticks or orders were lost without being counted. */
export class SummaryMismatchError extends TicklineError {
  constructor(mismatches: readonly string[]) {
    super(`the summary does not add up: ${mismatches.join('; ')}; the logs of the run say what happened`);
  }
}
