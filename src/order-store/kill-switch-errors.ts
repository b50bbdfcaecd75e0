// What can go wrong when trading is halted or resumed.

import { messageOf, TicklineError } from '../platform/errors.ts';

/** A halt cannot be set or undone. */
export class KillSwitchError extends TicklineError {
  constructor(folder: string, cause: unknown) {
    super(
      `cannot write the kill switch ${folder}: ${messageOf(cause)}; ` +
        `nothing has changed; to stop all trading, stop the OrderManager`,
      { cause },
    );
  }
}

/** The kill switch is set, but the OrderManager has not confirmed that it applies it. */
export class HaltNotConfirmedError extends TicklineError {
  constructor(pid: number, waitedS: number) {
    super(
      `the kill switch is set, but the OrderManager (process ${pid}) has not confirmed it within ${waitedS} s; ` +
        `if it is stuck, kill -9 ${pid}: the next OrderManager will obey from its first order`,
    );
  }
}
