// The one place where feeds of prices are registered. What each can do stands in src/settings/feeds.ts, which
// the check of the options needs too; how each is opened stands here. A feed's code is loaded when it is opened, so
// that a replay starts without the exchanges.

import { listedSymbols } from '../../settings/feed-types.ts';
import { FEEDS, type FeedName, type FeedTraits, isFeedFile, type Source } from '../../settings/feeds.ts';
import type { GatewaySettings } from '../../settings/settings.ts';
import type { Feed } from './feed.ts';
import type { ExchangeName } from './live/exchanges.ts';
import { isRecording } from './live/recording.ts';
import type { Notify } from './notices.ts';
import { refuseReadPipe } from './pipe-input.ts';

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
   * @param signal aborts the wait for a pipe
   * @throws FeedFileError, FeedSettingError
   */
  open(settings: FeedSettings, notify: Notify, signal?: AbortSignal): Promise<Feed>;
}

/** The symbols of a random walk for which no symbols are given. */
const RANDOM_SYMBOLS = ['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT', 'NVDA', 'ORCL', 'TSLA'];

const OPEN: Readonly<Record<FeedName, RegisteredFeed['open']>> = {
  replay: async ({ data, loop, skip, staleAfter: lateMs, symbols: choice, ...settings }, notify, signal) => {
    const symbols = listedSymbols(choice);
    if (settings.resume) refuseReadPipe(data);
    if (await isRecording(data)) {
      const { openRecording } = await import('./live/recorded-source.ts');
      return openRecording(data, { loop, skip, symbols, lateMs, notify });
    }
    const { openReplay } = await import('./replay.ts');
    const { columns, decimal, timeFormat, sort } = settings;
    const dialect = { columns, symbols, decimalMark: decimal, timeFormat };
    return openReplay(data, { ...dialect, loop, skip, sort, notify, signal });
  },
  random: async ({ symbols = RANDOM_SYMBOLS, seed, skip }) => {
    const { RandomWalkFeed } = await import('./random-walk.ts');
    const { randomSymbols } = await import('./symbols.ts');
    const names = typeof symbols === 'number' ? randomSymbols(symbols) : symbols;
    return new RandomWalkFeed({ symbols: names, seed, skip });
  },
  kraken: openExchange('kraken'),
  coinbase: openExchange('coinbase'),
  binance: openExchange('binance'),
};

function openExchange(name: ExchangeName): RegisteredFeed['open'] {
  return async (settings, notify) => {
    const { EXCHANGES } = await import('./live/exchanges.ts');
    const { openLive } = await import('./live/open-live.ts');
    return openLive(EXCHANGES[name], settings, notify);
  };
}

export function registeredFeed(name: FeedName): RegisteredFeed {
  return { ...FEEDS[name], open: OPEN[name] };
}

/** The feed that --source names. @throws OwnFeedFileError, FileRefusedError for a file with a feed */
export async function loadFeed(source: Source): Promise<RegisteredFeed> {
  if (!isFeedFile(source)) return registeredFeed(source);
  const { ownFeed } = await import('./own/open-own.ts');
  return ownFeed(source);
}
