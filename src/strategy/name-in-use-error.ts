// Two processes under one strategy name.

import { UsageError } from '../platform/errors.ts';

/** Another live process is logged on under this strategy's name. */
export class StrategyNameInUseError extends UsageError {
  constructor(name: string, reason: string) {
    super(
      `another process trades as "${name}" (${reason}): stop it, or give this one another --strategy-name`,
    );
  }
}
