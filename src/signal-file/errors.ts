// The errors of signal files.

import { TicklineError } from '../platform/errors.ts';

/** The file cannot be opened, created or mapped. Nothing that trades depends on it. */
export class SignalFileError extends TicklineError {
  constructor(path: string, found: string, options?: ErrorOptions) {
    super(`cannot use the signal file ${path}: ${found}`, options);
  }
}
