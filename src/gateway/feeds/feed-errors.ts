// Errors of a source of prices or news.

import { UsageError } from '../../platform/errors.ts';

/** A file that cannot be replayed: it is missing, empty, not a CSV file, or has no valid row. */
export class FeedFileError extends UsageError {
  readonly path: string;

  /** The message is `path: problem`. */
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

/** A setting that no feed accepts: no symbols, a symbol twice, a seed that is not an integer. */
export class FeedSettingError extends UsageError {}

const QUOTED_LENGTH_MAX = 80;

/** Text of a file for an error message: quoted, control characters escaped, cut at 80 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_LENGTH_MAX ? `${text.slice(0, QUOTED_LENGTH_MAX)}...` : text);
}
