// The one place where feeds of prices are registered. What each can do stands in src/settings/feeds.ts, which
// the check of the options needs too; how each is opened stands here.

import { listedSymbols } from '../../settings/feed-types.ts';
import { FEEDS, type FeedName, type FeedTraits, isFeedFile, type Source } from '../../settings/feeds.ts';
import type { GatewaySettings } from '../../settings/settings.ts';
import type { Feed } from './feed.ts';
import { EXCHANGES } from './live/exchanges.ts';
import { openLive } from './live/open-live.ts';
import { openRecording } from './live/recorded-source.ts';
import { isRecording } from './live/recording.ts';
import type { Notify } from './notices.ts';
import { ownFeed } from './own/open-own.ts';
import { RandomWalkFeed } from './random-walk.ts';
import { openReplay } from './replay.ts';
import { randomSymbols } from './symbols.ts';

/** The settings that feeds read. A feed that can repeat leaves out its first `skip` ticks. */
export type FeedSettings = Pick<
  GatewaySettings,
  | 'source'
  | 'data'
  | 'loop'
  | 'skip'
  | 'symbols'
  | 'seed'
  | 'columns'
  | 'decimal'
  | 'timeFormat'
  | 'sort'
  | 'feedUrl'
  | 'staleAfter'
  | 'record'
  | 'resume'
  | 'lossless'
>;

/** A feed that --source can name. */
export interface RegisteredFeed extends FeedTraits {
  /**
   * @param notify takes lines for the log
   * @throws FeedFileError, FeedSettingError
   */
  open(settings: FeedSettings, notify: Notify): Promise<Feed>;
}

/** The symbols of a random walk for which no symbols are given. */
const RANDOM_SYMBOLS = ['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT', 'NVDA', 'ORCL', 'TSLA'];

const OPEN: Readonly<Record<FeedName, RegisteredFeed['open']>> = {
  replay: async ({ data, loop, skip, staleAfter: lateMs, symbols: choice, ...settings }, notify) => {
    const symbols = listedSymbols(choice);
    if (await isRecording(data)) return openRecording(data, { loop, skip, symbols, lateMs, notify });
    const { columns, decimal, timeFormat, sort } = settings;
    const dialect = { columns, symbols, decimalMark: decimal, timeFormat };
    return openReplay(data, { ...dialect, loop, skip, sort, notify });
  },
  random: async ({ symbols = RANDOM_SYMBOLS, seed, skip }) => {
    const names = typeof symbols === 'number' ? randomSymbols(symbols) : symbols;
    return new RandomWalkFeed({ symbols: names, seed, skip });
  },
  kraken: (settings, notify) => openLive(EXCHANGES.kraken, settings, notify),
  coinbase: (settings, notify) => openLive(EXCHANGES.coinbase, settings, notify),
  binance: (settings, notify) => openLive(EXCHANGES.binance, settings, notify),
};

export function registeredFeed(name: FeedName): RegisteredFeed {
  return { ...FEEDS[name], open: OPEN[name] };
}

/** The feed that --source names. @throws OwnFeedFileError, FileRefusedError for a file with a feed */
export async function loadFeed(source: Source): Promise<RegisteredFeed> {
  return isFeedFile(source) ? ownFeed(source) : registeredFeed(source);
}
