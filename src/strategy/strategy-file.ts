// Loads a strategy from a file whose default export creates it.

import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createCrossover } from '../domain/strategies/crossover.ts';
import { WindowError } from '../domain/strategies/moving-averages.ts';
import type { CreateStrategy } from '../domain/strategies/strategy.ts';
import { messageOf, UsageError } from '../platform/errors.ts';
import { requireSmall, requireTrustedFile } from '../platform/small-file.ts';
import { withTimeout } from '../platform/timeout.ts';

/** A file that awaits something for ever would never load. */
const LOAD_TIMEOUT_MS = 10_000;
const MS_PER_S = 1_000;
/** A strategy may bring its libraries along. */
const CODE_BYTES_MAX = 16 * 1024 * 1024;

/** The file of `--strategy` cannot be loaded, or exports no strategy. */
export class StrategyFileError extends UsageError {
  constructor(file: string, found: string, options?: ErrorOptions) {
    super(
      `--strategy ${file} is not a strategy: ${found}; its default export must be a function that makes one`,
      options,
    );
  }
}

/** The strategy cannot work with the settings. */
export class StrategySettingsError extends UsageError {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

/**
 * The function that creates the strategy of a file, or the crossover without a file. It throws
 * StrategySettingsError for invalid windows; its result is not checked here.
 * @throws StrategyFileError; FileRefusedError when others could change the file
 */
export async function loadStrategy(file: string | undefined): Promise<CreateStrategy> {
  const create = file === undefined ? createCrossover : await defaultExportOf(file);
  return (settings) => {
    try {
      return create(settings);
    } catch (error) {
      throw error instanceof WindowError ? new StrategySettingsError(error) : error;
    }
  };
}

async function defaultExportOf(file: string): Promise<CreateStrategy> {
  const { default: create } = await load(file);
  if (!isCreateStrategy(create)) throw new StrategyFileError(file, `its default export is ${typeof create}`);
  return create;
}

async function load(file: string): Promise<{ readonly default?: unknown }> {
  try {
    requireReadable(file);
    const loaded = await withTimeout(import(pathToFileURL(file).href), LOAD_TIMEOUT_MS);
    if (loaded !== undefined) return loaded;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new StrategyFileError(file, messageOf(error), { cause: error });
  }
  throw new StrategyFileError(file, `it is not loaded after ${LOAD_TIMEOUT_MS / MS_PER_S} s`);
}

/** A pipe would block the import for ever. */
function requireReadable(file: string): void {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw new StrategyFileError(file, 'no such file');
  requireSmall(file, stat, CODE_BYTES_MAX);
  requireTrustedFile(file, stat);
}

function isCreateStrategy(value: unknown): value is CreateStrategy {
  return typeof value === 'function';
}
