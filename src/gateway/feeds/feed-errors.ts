// What can be wrong with a source of prices or news before the first tick leaves it.

import { UsageError } from '../../platform/errors.ts';

/** A file that cannot be replayed: missing, not a file, empty, of another kind, or without one good row. */
export class FeedFileError extends UsageError {
  readonly path: string;

  /** The message is `path: problem`. */
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

/** A setting that no feed can be made of: no symbols, a symbol twice, a seed that is not an integer. */
export class FeedSettingError extends UsageError {}

const QUOTED_LENGTH_MAX = 80;

/** What was found in a file, for an error message: quoted, control characters escaped, cut at 80 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_LENGTH_MAX ? `${text.slice(0, QUOTED_LENGTH_MAX)}...` : text);
}
