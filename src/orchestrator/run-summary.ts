// Prints the summary of a run, and writes it to summary.json beside the logs.

import fs from 'node:fs';
import path from 'node:path';
import type { StackBook } from '../monitoring/stack-book.ts';
import type { OrderTotals } from '../order-store/order-store.ts';
import { RecordReader } from '../order-store/record-reader.ts';
import type { Log } from '../platform/log.ts';
import { writePrivate } from '../platform/private-file.ts';
import type { RunFiles } from '../settings/run-folder.ts';
import { recordWords } from '../settings/stacks.ts';
import { SummaryMismatchError } from './errors.ts';
import { type Summary, summarise } from './summary.ts';
import { summaryLines } from './summary-text.ts';

const FILE = 'summary.json';
const MS_PER_S = 1_000;

/** The run that is summarised. */
interface SummarisedRun extends RunFiles {
  readonly stack: string;
}

export class RunSummary {
  readonly #startedAt = performance.now();
  readonly #run: SummarisedRun;
  readonly #log: Log;
  readonly #recordedBefore: ReadonlyMap<string, OrderTotals>;

  /**
   * Reads what the record holds before the run.
   * @throws RecordOpenError, NotARecordError, RecordVersionError
   */
  constructor(run: SummarisedRun, log: Log) {
    this.#run = run;
    this.#log = log;
    this.#recordedBefore = totalsOf(run.ordersDb);
  }

  /** Time since the start of the run. */
  get ms(): number {
    return performance.now() - this.#startedAt;
  }

  /** Call it when the processes have exited. A run that never had a price book or an OrderManager has no summary. */
  publish(
    book: StackBook | undefined,
    restarts: Readonly<Record<string, number>>,
  ): SummaryMismatchError | undefined {
    const { ordersDb } = this.#run;
    if (!book || (book.counter('order-manager.starts') === 0 && !fs.existsSync(ordersDb))) return undefined;
    const recordedBefore = this.#recordedBefore;
    const summary = summarise({
      seconds: this.ms / MS_PER_S,
      book,
      record: ordersDb,
      recordedBefore,
      restarts,
    });
    for (const line of summaryLines(summary, recordWords(this.#run))) this.#log.plain(line);
    this.#write(summary);
    const { mismatches } = summary;
    return mismatches.length > 0 ? new SummaryMismatchError(mismatches) : undefined;
  }

  #write(summary: Summary): void {
    const file = path.join(this.#run.logDir, FILE);
    try {
      writePrivate(file, `${JSON.stringify(summary, null, 2)}\n`);
    } catch (error) {
      this.#log.warn({ event: 'no-summary-file', err: error }, `cannot write ${file}`);
    }
  }
}

function totalsOf(file: string): ReadonlyMap<string, OrderTotals> {
  if (!fs.existsSync(file)) return new Map();
  const record = RecordReader.open(file);
  try {
    return record.totalsByStrategy();
  } finally {
    record.close();
  }
}
