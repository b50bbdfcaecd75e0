// What a backtest cannot do.

import { UsageError } from '../platform/errors.ts';

/** No tick lies between --from and --to. */
export class NoTicksError extends UsageError {}

/** A date of the options that no calendar has, or a period that ends before it starts. */
export class PeriodError extends UsageError {}

/** The report cannot be written. */
export class ReportFileError extends UsageError {
  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`the report ${file} cannot be written: ${problem}; give another --report`, options);
  }
}
