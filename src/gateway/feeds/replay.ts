// A replay of real prices: the rows of a CSV file as ticks, once or in a loop.

import { CsvFile } from './csv-file.ts';
import type { Feed } from './feed.ts';
import { FeedSettingError } from './feed-errors.ts';
import { QueuedFeed, type TickSource } from './queued-feed.ts';
import { ReplayRows } from './replay-rows.ts';
import { checkSymbols } from './symbols.ts';
import type { TickSink } from './tick-sink.ts';

/** How to replay a file. */
export interface ReplaySettings {
  /** Whether to start again at the end of the file. Default: no. */
  readonly loop?: boolean;
  /** Start after this many valid ticks, counted over loops. Default: 0. */
  readonly skip?: number;
  /** Leave out the rows of all other symbols. Default: none are left out. */
  readonly symbols?: readonly string[];
}

/**
 * Opens the file and reads up to the first tick.
 *
 * The first row names the columns: `timestamp` (or `date`), `symbol`, `price`, in any order and case, among
 * others. Prices leave with the decimals they have in the file (see wirePrice), timestamps become feed time
 * (see parseTimestamp): the first tick given is at 0, and one that goes backwards counts as equal to the one
 * before. They also become market time (see MarketTime). A row whose price, symbol or timestamp is not valid is skipped and counted in `rejectedRows`, once
 * for the file and not for each loop, as soon as it is read. So is a last row
 * without a line end, which may be half written. Beyond 1,000,000 symbols a row with a new symbol
 * is not valid.
 *
 * When the file fails midway (it is no longer CSV, cannot be read, or has no valid row in a later loop), the
 * ticks before are still given; then `ready` rejects with FeedFileError.
 *
 * Throws FeedFileError when the file does not exist, is not a regular file, is empty, lacks the columns, or
 * has no valid row; FeedSettingError for bad `symbols` or a `skip` that is not a whole number from 0 on.
 */
export async function openReplay(path: string, settings: ReplaySettings = {}): Promise<Feed> {
  checkSettings(settings);
  const feed = new QueuedFeed(new ReplaySource(await CsvFile.open(path), settings));
  try {
    // Skipped ticks are read while the clients connect: in a long file that lasts some tenths of a second.
    if (!settings.skip) await feed.ready();
    return feed;
  } catch (thrown) {
    await feed.close();
    throw thrown;
  }
}

class ReplaySource implements TickSource {
  readonly #file: CsvFile;
  readonly #rows: ReplayRows;
  readonly #loop: boolean;
  #toSkip: number;

  constructor(file: CsvFile, { loop = false, skip = 0, symbols }: ReplaySettings) {
    this.#file = file;
    this.#rows = new ReplayRows(file.path, symbols);
    this.#loop = loop;
    this.#toSkip = skip;
  }

  get rejectedRows(): number {
    return this.#rows.rejected;
  }

  get lastRejection(): string | undefined {
    return this.#rows.lastRejection;
  }

  async run(sink: TickSink): Promise<void> {
    while (await this.#readPass(sink)) {
      const valid = this.#rows.endPass();
      if (!this.#loop) return;
      // Whole loops that are still to be skipped need not be read.
      const skipped = Math.floor(this.#toSkip / valid);
      this.#toSkip %= valid;
      sink.restartTime(1 + skipped);
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Reads the file once. Returns false if the sink was closed meanwhile. */
  async #readPass(sink: TickSink): Promise<boolean> {
    for await (const rows of this.#file.rows()) {
      for (const row of rows) {
        const tick = this.#rows.check(row);
        if (tick === undefined) continue;
        if (this.#skips()) {
          sink.skip(tick.timestamp);
          continue;
        }
        if (!sink.hasRoom && !(await sink.room())) return false;
        sink.put(tick.symbol, tick.price, tick.timestamp);
      }
      sink.flush();
      if (!(await sink.room())) return false;
    }
    if (this.#file.openRow) this.#rows.rejectOpenRow(this.#file.openRow);
    return true;
  }

  #skips(): boolean {
    if (this.#toSkip === 0) return false;
    this.#toSkip--;
    return true;
  }
}

function checkSettings({ symbols, skip = 0 }: ReplaySettings): void {
  if (symbols !== undefined) checkSymbols(symbols);
  if (Number.isSafeInteger(skip) && skip >= 0) return;
  throw new FeedSettingError(`skip: expected a whole number of ticks from 0 on, found ${skip}`);
}
