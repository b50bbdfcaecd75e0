// `tickline orders --verify`: compares the journal of a record with SQLite.

import { verifyRecord } from '../order-store/verify.ts';
import { TicklineError } from '../platform/errors.ts';

/** The journal and SQLite do not have the same orders. */
export class RecordDiffersError extends TicklineError {
  constructor(file: string, differences: number) {
    super(
      `the journal and SQLite differ in ${differences} places or more (${file}); ` +
        'the journal has what was reported: keep it, and copy both before you repair SQLite',
    );
  }
}

/** Prints what was compared, and each difference. @throws RecordDiffersError, and what verifyRecord() throws */
export function verifyOrders(file: string): void {
  const { segments, compared, notCopied, differences } = verifyRecord(file);
  for (const difference of differences) console.log(difference);
  if (differences.length > 0) throw new RecordDiffersError(file, differences.length);
  const rest =
    notCopied === 0 ? '' : `; ${notCopied} newer ones are in the journal only, until SQLite gets them`;
  console.log(
    `${compared} orders in ${segments === 1 ? '1 file' : `${segments} files`} of the journal are the same in SQLite${rest}`,
  );
}
