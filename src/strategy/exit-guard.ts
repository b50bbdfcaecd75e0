// A strategy file that ends its process would end the run with it, as if the work were done.

import { UsageError } from '../platform/errors.ts';

/** The file of `--strategy` called process.exit(). */
class StrategyExitError extends UsageError {
  constructor(file: string, status: number) {
    super(
      `--strategy ${file} ended its process (process.exit(${status})): expected onTick to return a signal; ` +
        'remove that call, and throw an error where the strategy cannot go on',
    );
  }
}

/**
 * From now on an exit of this process is a failure, until the returned function is called, or an uncaught error ends it.
 * @param file undefined for the built-in strategy, which is not guarded
 */
export function guardExit(file: string | undefined): () => void {
  if (file === undefined) return () => {};
  const onExit = (status: number) => {
    const error = new StrategyExitError(file, status);
    console.error(`tickline strategy: ${error.message}`);
    process.exitCode = error.exitStatus;
  };
  const allowExit = () => {
    process.off('exit', onExit);
  };
  process.on('exit', onExit);
  process.on('uncaughtExceptionMonitor', allowExit);
  return allowExit;
}
