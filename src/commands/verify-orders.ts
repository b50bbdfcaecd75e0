// `tickline orders --verify`: compares the journal of a record with SQLite, and with the reports in the lanes of its stack.

import { isDeepStrictEqual } from 'node:util';
import { bookFiles } from '@tickline/price-book';
import type { ExecutionReport } from '../domain/orders.ts';
import { isLaneFile } from '../order-lane/lane-file.ts';
import { type LaneContents, readLane, strategyOfLane } from '../order-lane/lane-scan.ts';
import { RecordReader } from '../order-store/record-reader.ts';
import { type Verification, verifyRecord } from '../order-store/verify.ts';
import { counted, wordFor } from '../platform/counted.ts';
import { TicklineError } from '../platform/errors.ts';
import { printable } from '../platform/printable.ts';

/** The journal, SQLite and the lanes do not have the same orders. */
export class RecordDiffersError extends TicklineError {
  constructor(file: string, differences: number) {
    super(
      `the journal, SQLite and the order lanes differ in ${differences} places or more (${file}); ` +
        'the journal has what was reported: keep it, and copy all before you repair SQLite',
    );
  }
}

/** What the reports in lanes were compared with. */
interface LaneVerification {
  readonly reports: number;
  /** Each in words. */
  readonly differences: readonly string[];
}

/**
 * Prints what was compared, and each difference.
 * @param stack whose lanes may have orders of the record
 * @throws RecordDiffersError, and what verifyRecord() and readLane() throw
 */
export function verifyOrders(file: string, stack: string): void {
  const lanes = bookFiles(stack).filter(isLaneFile);
  // First, because an order is in the journal before its report is in a lane.
  const contents = lanes.map((path) => ({ path, contents: readLane(path) }));
  const record = verifyRecord(file);
  const lane = verifyLanes(file, stack, contents);
  const differences = [...record.differences, ...lane.differences];
  for (const difference of differences) console.log(printable(difference));
  if (differences.length > 0) throw new RecordDiffersError(file, differences.length);
  console.log(text(record, lane));
}

function text(record: Verification, { reports }: LaneVerification): string {
  const inLanes =
    reports === 0
      ? ''
      : `; ${counted(reports, 'report in order lanes is that of its order', 'reports in order lanes are those of their orders')}`;
  return `${record.segments === 0 ? withoutFiles(record) : inBoth(record)}${inLanes}`;
}

function withoutFiles({ onlyInSqlite }: Verification): string {
  return onlyInSqlite === 0
    ? 'the record has no orders yet'
    : `nothing was compared: the journal has no files any more (--journal-keep), and ${counted(onlyInSqlite, 'order is', 'orders are')} in SQLite only`;
}

function inBoth({ segments, compared, notCopied, onlyInSqlite }: Verification): string {
  const older = onlyInSqlite === 0 ? '' : `; ${onlyInSqlite} older ones are in SQLite only`;
  const rest =
    notCopied === 0 ? '' : `; ${notCopied} newer ones are in the journal only, until SQLite gets them`;
  return `${counted(compared, 'order')} in ${counted(segments, 'file')} of the journal ${wordFor(compared, 'is', 'are')} the same in SQLite${older}${rest}`;
}

function verifyLanes(
  file: string,
  stack: string,
  lanes: readonly { readonly path: string; readonly contents: LaneContents | undefined }[],
): LaneVerification {
  const record = RecordReader.open(file);
  try {
    const all = lanes.map(({ path, contents }) => {
      const strategy = strategyOfLane(stack, path);
      const recorded = [...(contents?.reports.values() ?? [])].filter(({ orderId }) => orderId !== undefined);
      return verifyLane(path, recorded, (clOrdId) => record.find(strategy, clOrdId));
    });
    return {
      reports: all.reduce((sum, { reports }) => sum + reports, 0),
      differences: all.flatMap(({ differences }) => differences),
    };
  } finally {
    record.close();
  }
}

/** A lane of which the record has no order belongs to another record. */
function verifyLane(
  path: string,
  reports: readonly ExecutionReport[],
  find: (clOrdId: string) => ExecutionReport | undefined,
): LaneVerification {
  const pairs = reports.map((report) => ({ report, recorded: find(report.clOrdId ?? '') }));
  if (pairs.every(({ recorded }) => recorded === undefined)) return { reports: 0, differences: [] };
  const differences = pairs
    .filter(
      ({ report, recorded }) =>
        !isDeepStrictEqual(withoutReason(report), recorded && withoutReason(recorded)),
    )
    .map(
      ({ report: { orderId, clOrdId } }) =>
        `the report of order ${orderId} (${clOrdId}) in ${path} is another one in the record`,
    );
  return { reports: pairs.length, differences };
}

/** A lane cuts a long one. */
function withoutReason(report: ExecutionReport): ExecutionReport {
  return report.status === 'REJECTED' ? { ...report, reason: '' } : report;
}
