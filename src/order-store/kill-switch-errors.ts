// What can go wrong when trading is halted or resumed.

import { messageOf, TicklineError } from '../platform/errors.ts';

/** The kill switch of a record cannot be moved. */
export class KillSwitchError extends TicklineError {
  constructor(folder: string, cause: unknown) {
    super(
      `cannot write the kill switch ${folder}: ${messageOf(cause)}; ` +
        `nothing is changed: to end all trading, stop the OrderManager`,
      { cause },
    );
  }
}

/** The kill switch was moved, but the OrderManager has not said that it holds to it. */
export class HaltNotConfirmedError extends TicklineError {
  constructor(pid: number, waitedS: number) {
    super(
      `the kill switch is set, but the OrderManager (process ${pid}) has not confirmed it within ${waitedS} s; ` +
        `is it stuck? kill -9 ${pid} ends it, and the next one holds to the switch from its start`,
    );
  }
}
