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

/** A sweep of too many combinations. */
export class SweepTooLargeError extends UsageError {}

/** A try of a sweep failed. */
export class SweepFailedError extends UsageError {}

/** The data is shorter than one training and one test period. */
export class WalkForwardError extends UsageError {}

/** An order changed when later ticks were cut off. */
export class LookaheadError extends UsageError {}
