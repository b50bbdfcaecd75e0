// A replay of real prices: the rows of a CSV file as ticks, once or in a loop.

import type { DialectSettings } from './dialect/dialect.ts';
import type { Feed } from './feed.ts';
import { FeedFileError, FeedSettingError } from './feed-errors.ts';
import type { Notify } from './notices.ts';
import { QueuedFeed } from './queued-feed.ts';
import { openPriceFile } from './read-file.ts';
import { ReplaySource } from './replay-source.ts';
import { checkSymbols } from './symbols.ts';

/** How to replay a file. */
export interface ReplaySettings extends DialectSettings {
  /** Whether to start again at the end of the file. Default: no. */
  readonly loop?: boolean;
  /** Whether to put the ticks into the order of their times, in memory. Default: no. */
  readonly sort?: boolean;
  /** Start after this many valid ticks, counted over loops. Default: 0. */
  readonly skip?: number;
  /** Aborts the wait for the first rows of a pipe. */
  readonly signal?: AbortSignal | undefined;
  /** Gets what is to be logged of the file. */
  readonly notify?: Notify | undefined;
}

/**
 * Opens the file and reads up to the first tick.
 *
 * How the file is written is told from its first 64 KiB, see dialectOf. Prices leave with the decimals they have in
 * the file, up to 8 (see wirePrice), timestamps become feed time (see parseTimestamp): the first tick given is at 0,
 * and one that goes backwards counts as equal to the one before. They also become market time (see MarketTime). A
 * price that is not valid is skipped and counted in `rejectedRows`, once for the file and not for each loop, as soon as
 * it is read. So is a last row without a line end, which may be half written.
 *
 * When the file fails midway (it is no longer CSV, cannot be read, or has no valid row in a later loop), the
 * ticks before are still given; then `ready` rejects with FeedFileError.
 *
 * A pipe is read once, as its rows come, and not with `loop`.
 *
 * Throws FeedFileError when the file does not exist, is empty, lacks the columns, or has no valid row;
 * FeedSettingError for bad `symbols` or a `skip` that is not a whole number from 0 on.
 */
export async function openReplay(path: string, settings: ReplaySettings = {}): Promise<Feed> {
  checkSettings(settings);
  const { file, dialect } = await openPriceFile(path, settings, settings.signal);
  const { isPipe } = file.input;
  if (settings.loop && isPipe) {
    await file.close();
    throw new FeedFileError(path, '--loop reads its data again, and this is a pipe; save it to a file first');
  }
  const feed = new QueuedFeed(new ReplaySource(file, dialect, settings));
  try {
    // Skipped ticks are read while the clients connect: in a long file that lasts some tenths of a second. The first
    // valid row of a pipe may come at any time.
    if (!settings.skip && !isPipe) await feed.ready();
    return feed;
  } catch (thrown) {
    await feed.close();
    throw thrown;
  }
}

function checkSettings({ symbols, skip = 0 }: ReplaySettings): void {
  if (symbols !== undefined) checkSymbols(symbols);
  if (Number.isSafeInteger(skip) && skip >= 0) return;
  throw new FeedSettingError(`skip: expected a whole number of ticks from 0 on, found ${skip}`);
}
