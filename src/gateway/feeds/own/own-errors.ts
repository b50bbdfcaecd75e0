// The errors of a feed file, each in one line that names the file and, where there is one, the place in it.

import { UsageError } from '../../../platform/errors.ts';

/** The file of --source cannot be loaded, or exports no feed. */
export class OwnFeedFileError extends UsageError {
  constructor(file: string, found: string, options?: ErrorOptions) {
    super(oneLine(`--source ${file} is not a feed: ${found}`), options);
  }
}

/** A feed did what its interface does not allow, and was stopped. */
export class OwnFeedFailedError extends UsageError {
  constructor(file: string, what: string, cause?: unknown) {
    super(oneLine(`feed ${file} stopped: ${what}`), { cause });
  }
}

/** The file called process.exit(). */
export class OwnFeedExitError extends UsageError {
  /** @param place ` at FILE:LINE:COLUMN` */
  constructor(file: string, status: number, place: string) {
    super(
      `feed ${file} ended its process (process.exit(${status}))${place}: expected it to return at the end of its ` +
        'data, and to throw an error where it cannot go on; remove that call',
    );
  }
}

/** Whatever a file says stays within its line. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
