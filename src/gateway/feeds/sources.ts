// From options to a source of prices and a source of news.

import type { Feed } from './feed.ts';
import type { NewsFeed } from './news.ts';
import { NewsFileFeed } from './news-file.ts';
import { RandomNewsFeed } from './random-news.ts';
import { RandomWalkFeed } from './random-walk.ts';
import { ReplayFeed } from './replay.ts';
import { randomSymbols } from './symbols.ts';

/** What a random walk trades in when nobody says. */
const RANDOM_SYMBOLS = ['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT', 'NVDA', 'ORCL', 'TSLA'];

/** Which prices. */
export interface PriceSource {
  readonly source: 'replay' | 'random';
  readonly data: string;
  readonly loop: boolean;
  /** Ticks of the replay to leave out at its start. */
  readonly skip: number;
  readonly symbols?: readonly string[] | undefined;
  readonly symbolCount?: number | undefined;
  readonly seed: number;
}

/** Which news. */
export interface NewsSource {
  readonly newsData?: string | undefined;
  readonly loop: boolean;
  readonly seed: number;
}

/** Opens the source of prices. @throws FeedFileError, FeedSettingError */
export async function openFeed(source: PriceSource): Promise<Feed> {
  const { symbols, symbolCount, seed, loop, skip } = source;
  if (source.source === 'replay')
    return ReplayFeed.open(source.data, { loop, skip, ...(symbols && { symbols }) });
  const named = symbols ?? (symbolCount === undefined ? RANDOM_SYMBOLS : randomSymbols(symbolCount));
  return new RandomWalkFeed({ symbols: named, seed });
}

/** Opens the source of news. @throws FeedFileError */
export async function openNews({ newsData, loop, seed }: NewsSource): Promise<NewsFeed> {
  return newsData === undefined ? new RandomNewsFeed({ seed }) : NewsFileFeed.open(newsData, { loop });
}
