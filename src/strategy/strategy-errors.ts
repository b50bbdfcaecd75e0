// The errors of a strategy file, each in one line that names the file and, where there is one, the place in it.

import { type StrategyHookError, WrongAnswerError } from '../domain/strategies/strategy-errors.ts';
import { UsageError } from '../platform/errors.ts';
import { placeOf, thrownText } from '../platform/place-in-file.ts';

/** The file of `--strategy` cannot be loaded, or exports no strategy. */
export class StrategyFileError extends UsageError {
  constructor(file: string, found: string, options?: ErrorOptions) {
    super(oneLine(`--strategy ${file} is not a strategy: ${found}`), options);
  }
}

/** A parameter that the strategy does not accept. */
export class StrategyParameterError extends UsageError {
  /** @param file undefined for the crossover */
  constructor(file: string | undefined, cause: Error) {
    super(oneLine(`--param of ${file ?? 'the crossover'}: ${cause.message}`), { cause });
  }
}

/** A strategy did what its interface does not allow, and was stopped. */
export class StrategyFailedError extends UsageError {
  constructor(file: string | undefined, what: string, cause: unknown) {
    super(oneLine(`strategy ${file ?? 'crossover'} stopped: ${what}`), { cause });
  }
}

/** The file called process.exit(). */
export class StrategyExitError extends UsageError {
  /** @param place ` at FILE:LINE:COLUMN`, or empty */
  constructor(file: string, status: number, place: string) {
    super(
      `--strategy ${file} ended its process (process.exit(${status}))${place}: expected its hooks to return; ` +
        "remove that call, return 0 or 'keep' to stop trading, and throw an error where it cannot go on",
    );
  }
}

/** The error of a hook with its symbol and its place in the file. */
export function hookFailure(file: string | undefined, error: StrategyHookError): StrategyFailedError {
  const { hook, symbol, cause } = error;
  const name = hook === 'create' ? 'its default export' : hook;
  const where = symbol === undefined ? '' : ` for ${symbol}`;
  if (cause instanceof WrongAnswerError)
    return new StrategyFailedError(file, `${name}${where} ${cause.message}`, error);
  return new StrategyFailedError(
    file,
    `${name}${where} threw ${thrownText(cause)}${placeOf(cause, file)}`,
    error,
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
