// A strategy of one's own: a file whose default export makes it.

import { pathToFileURL } from 'node:url';
import { createCrossover } from '../domain/strategies/crossover.ts';
import type { CreateStrategy } from '../domain/strategies/strategy.ts';
import { messageOf, UsageError } from '../platform/errors.ts';

/** A file that is not a strategy. */
export class StrategyFileError extends UsageError {
  constructor(file: string, found: string, options?: ErrorOptions) {
    super(
      `--strategy ${file} is not a strategy: ${found}; its default export must be a function that makes one`,
      options,
    );
  }
}

/** What makes the strategy: that of the file, or the crossover. @throws StrategyFileError */
export async function strategyFrom(file: string | undefined): Promise<CreateStrategy> {
  if (file === undefined) return createCrossover;
  const { default: create } = await load(file);
  if (!isCreateStrategy(create)) throw new StrategyFileError(file, `its default export is ${typeof create}`);
  return create;
}

async function load(file: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw new StrategyFileError(file, messageOf(error), { cause: error });
  }
}

/** What it makes is only seen when it is called: then an `onTick` that is missing is told. */
function isCreateStrategy(value: unknown): value is CreateStrategy {
  return typeof value === 'function';
}
