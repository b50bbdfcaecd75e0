// What a lossless Strategy held when the run began, in a file beside its outbox. A restarted Strategy decides the whole
// run again from there.

import fs from 'node:fs';
import * as v from 'valibot';
import { isSymbol } from '../domain/symbol.ts';
import { messageOf, UsageError } from '../platform/errors.ts';
import { writePrivate } from '../platform/private-file.ts';

const START_SUFFIX = '.run';

/** The counters of a Strategy that add up over runs. */
export const RUN_COUNTERS = [
  'strategy.ticksSeen',
  'strategy.newsSeen',
  'strategy.decisions',
  'strategy.ordersSent',
  'strategy.ordersFilled',
  'strategy.ordersRejected',
] as const;
export type RunCounter = (typeof RUN_COUNTERS)[number];

const number = v.pipe(v.number(), v.finite());

const runStart = v.object({
  /** Run of the Gateway. */
  runId: number,
  positions: v.array(
    v.object({
      symbol: v.pipe(v.string(), v.check(isSymbol)),
      quantity: number,
      averagePrice: v.exactOptional(number),
      realisedPnl: v.exactOptional(number),
    }),
  ),
  /** What the counters were. */
  counts: v.object(v.entriesFromList(RUN_COUNTERS, number)),
});
export type RunStart = v.InferOutput<typeof runStart>;

/** The file cannot be read or written, or holds something else. */
export class RunStartError extends UsageError {
  constructor(file: string, cause: unknown) {
    super(
      `cannot use ${file}, where a lossless Strategy keeps its positions at the start of the run: ${messageOf(cause)}; ` +
        'check the path of --outbox, and start the whole run again',
      { cause },
    );
  }
}

export class RunStartFile {
  readonly #file: string;

  /** @param outbox the file of the outbox */
  constructor(outbox: string) {
    this.#file = `${outbox}${START_SUFFIX}`;
  }

  /** The start of the last run that began; undefined before the first. @throws RunStartError */
  read(): RunStart | undefined {
    try {
      if (!fs.existsSync(this.#file)) return undefined;
      return v.parse(runStart, JSON.parse(fs.readFileSync(this.#file, 'utf8')));
    } catch (cause) {
      throw new RunStartError(this.#file, cause);
    }
  }

  /** Replaces the file atomically. @throws RunStartError */
  write(start: RunStart): void {
    const next = `${this.#file}.${process.pid}`;
    try {
      writePrivate(next, JSON.stringify(start));
      fs.renameSync(next, this.#file);
    } catch (cause) {
      throw new RunStartError(this.#file, cause);
    }
  }
}
