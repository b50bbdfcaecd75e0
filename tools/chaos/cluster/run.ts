// ./tickline chaos --cluster: outside it starts itself again in namespaces, inside it tries the faults.

import { TicklineError } from '../../../src/platform/errors.ts';
import { runInSandbox, sandboxFolder, whenAbandoned, withoutMachines } from './sandbox.ts';
import { type TrialOptions, tryFaults } from './trial.ts';

/** The machines cannot be made here. */
class NoMachinesError extends TicklineError {
  constructor(reason: string) {
    super(`cannot make machines here (${reason}): expected root, namespaces and nats-server`);
  }
}

/** Returns the exit status. @throws NoMachinesError, BrokenPromiseError, ConditionTimeoutError */
export async function breakMachines(
  options: TrialOptions,
  interrupted: AbortSignal,
  keepFolder: boolean,
): Promise<number> {
  const folder = sandboxFolder();
  if (folder !== undefined) {
    await tryFaults(folder, options, whenAbandoned(interrupted));
    return 0;
  }
  const reason = withoutMachines();
  if (reason !== false) throw new NoMachinesError(reason);
  return runInSandbox(interrupted, keepFolder);
}
