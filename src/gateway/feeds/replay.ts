// A replay of real prices: the rows of a CSV file as ticks, once or in a loop.

import type { CsvFile } from './csv-file.ts';
import type { Dialect, DialectSettings } from './dialect/dialect.ts';
import type { Feed } from './feed.ts';
import { FeedFileError, FeedSettingError } from './feed-errors.ts';
import type { FileFacts } from './file-facts.ts';
import { closingNotices, orderNotice, understood } from './file-notices.ts';
import type { Notify } from './notices.ts';
import { QueuedFeed, type TickSource } from './queued-feed.ts';
import { openPriceFile, readAll } from './read-file.ts';
import { ReplayRows } from './replay-rows.ts';
import type { Skip } from './skips.ts';
import { checkSymbols } from './symbols.ts';
import type { TickSink } from './tick-sink.ts';

/** A file up to this size is read once before it is replayed, so that the log can say all of it. */
const SURVEYED_BYTES_MAX = 1024 * 1024;

/** How to replay a file. */
export interface ReplaySettings extends DialectSettings {
  /** Whether to start again at the end of the file. Default: no. */
  readonly loop?: boolean;
  /** Start after this many valid ticks, counted over loops. Default: 0. */
  readonly skip?: number;
  /** Gets what is to be logged of the file. */
  readonly notify?: Notify | undefined;
}

/**
 * Opens the file and reads up to the first tick.
 *
 * How the file is written is told from its first 64 KiB, see dialectOf. Prices leave with the decimals they have in
 * the file, up to 8 (see wirePrice), timestamps become feed time (see parseTimestamp): the first tick given is at 0, and
 * one that goes backwards counts as equal to the one before. They also become market time (see MarketTime). A price that is not valid is skipped and counted in
 * `rejectedRows`, once for the file and not for each loop, as soon as it is read. So is a last row without a line end,
 * which may be half written.
 *
 * When the file fails midway (it is no longer CSV, cannot be read, or has no valid row in a later loop), the
 * ticks before are still given; then `ready` rejects with FeedFileError.
 *
 * Throws FeedFileError when the file does not exist, is not a regular file, is empty, lacks the columns, or
 * has no valid row; FeedSettingError for bad `symbols` or a `skip` that is not a whole number from 0 on.
 */
export async function openReplay(path: string, settings: ReplaySettings = {}): Promise<Feed> {
  checkSettings(settings);
  const feed = new QueuedFeed(await openSource(path, settings));
  try {
    // Skipped ticks are read while the clients connect: in a long file that lasts some tenths of a second.
    if (!settings.skip) await feed.ready();
    return feed;
  } catch (thrown) {
    await feed.close();
    throw thrown;
  }
}

async function openSource(path: string, settings: ReplaySettings): Promise<ReplaySource> {
  const { file, dialect } = await openPriceFile(path, settings);
  const isSmall = file.input.bytes <= SURVEYED_BYTES_MAX && !settings.skip;
  const facts = isSmall ? await surveyed(file, dialect, settings.symbols) : undefined;
  settings.notify?.(understood(path, dialect.about, facts));
  return new ReplaySource(file, dialect, settings);
}

/** Reads the file once for what the log says of it. */
async function surveyed(
  file: CsvFile,
  dialect: Dialect,
  symbols: readonly string[] | undefined,
): Promise<FileFacts | undefined> {
  const rows = new ReplayRows(file.path, dialect, symbols);
  try {
    await readAll(file, rows);
  } catch (thrown) {
    // The replay gives what comes before, and throws the same then.
    if (!(thrown instanceof FeedFileError)) throw thrown;
  }
  return rows.facts;
}

class ReplaySource implements TickSource {
  readonly #file: CsvFile;
  readonly #rows: ReplayRows;
  readonly #wanted: readonly string[] | undefined;
  readonly #notify: Notify;
  readonly #loop: boolean;
  #toSkip: number;
  #isOrderSaid = false;
  #isFileSaid = false;

  constructor(file: CsvFile, dialect: Dialect, { loop = false, skip = 0, symbols, notify }: ReplaySettings) {
    this.#file = file;
    this.#wanted = symbols;
    this.#rows = new ReplayRows(file.path, dialect, symbols);
    this.#loop = loop;
    this.#toSkip = skip;
    this.#notify = notify ?? (() => {});
  }

  get rejectedRows(): number {
    return this.#rows.facts.skips.count;
  }

  get skips(): readonly Skip[] {
    return this.#rows.facts.skips.all;
  }

  async run(sink: TickSink): Promise<void> {
    while (await this.#readPass(sink)) {
      const valid = this.#rows.endPass();
      this.#notifyOfFile();
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
      for (let i = 0; i < rows.length; i++) {
        for (const tick of this.#rows.read(rows[i], this.#file.lines[i])) {
          if (this.#skips()) {
            sink.skip(tick.timestamp);
            continue;
          }
          if (!sink.hasRoom && !(await sink.room())) return false;
          sink.put(tick.symbol, tick.price, tick.timestamp);
        }
      }
      sink.flush();
      if (!this.#isOrderSaid && this.#rows.facts.firstBackward !== undefined) this.#notifyOfOrder();
      if (!(await sink.room())) return false;
    }
    if (this.#file.openRow) this.#rows.rejectOpenRow(this.#file.openRow);
    return true;
  }

  #notifyOfOrder(): void {
    this.#isOrderSaid = true;
    const notice = orderNotice(this.#file.path, this.#rows.facts, false);
    if (notice !== undefined) this.#notify(notice);
  }

  /** Once, after the first pass. */
  #notifyOfFile(): void {
    if (this.#isFileSaid) return;
    this.#isFileSaid = true;
    for (const notice of closingNotices(this.#file.path, this.#rows.facts, this.#wanted))
      this.#notify(notice);
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
