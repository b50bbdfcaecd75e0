// What can go wrong when trading is halted or resumed.

import { messageOf, TicklineError, UsageError } from '../platform/errors.ts';

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
  /** @param pid undefined when it runs in another PID namespace, or its lock file was removed */
  constructor(record: string, pid: number | undefined, waitedS: number) {
    super(
      `the kill switch is set, but the OrderManager (process ${pid ?? 'unknown'}) has not confirmed it within ` +
        `${waitedS} s; if it is stuck, kill it (${pid === undefined ? `fuser ${record}` : `kill -9 ${pid}`}): ` +
        `the next OrderManager will obey from its first order`,
    );
  }
}

/** A halt of this strategy would stop nothing: the name is probably mistyped. */
export class UnknownStrategyError extends UsageError {
  /** @param where that knows strategies: `order record orders.sqlite` */
  constructor(strategy: string, where: string, known: readonly string[]) {
    const names = known.length === 0 ? 'no strategy has ordered yet' : `it has ${known.join(', ')}`;
    super(
      `no strategy ${strategy} in the ${where}: ${names}; nothing was halted; ` +
        `./tickline halt without --only halts all trading`,
    );
  }
}

/** The active OrderManager of a cluster did not confirm. */
export class ClusterHaltError extends TicklineError {
  constructor(word: 'halt' | 'resume', servers: readonly string[], found: string) {
    super(
      `the ${word} is not confirmed by the cluster at ${servers.join(',')}: ${found}; ` +
        `repeat it until it is; to stop all trading, stop all OrderManagers`,
    );
  }
}

/** A kill switch of one machine would not reach the manager that answers. */
export class HaltOfClusterError extends UsageError {
  constructor(word: 'halt' | 'resume', record: string, nats: string) {
    super(
      `the OrderManager of ${record} belongs to a cluster, where another may be the active one: ` +
        `expected ./tickline ${word} --nats ${nats}; nothing has changed`,
    );
  }
}
