// Opens the feed of sentiments that the settings name.

import type { GatewaySettings } from '../../settings/settings.ts';
import type { NewsFeed } from './news.ts';
import { NewsFileFeed } from './news-file.ts';
import { RandomNewsFeed } from './random-news.ts';

/** The file of --news-data, or random sentiments without one. @throws FeedFileError */
export async function openNews({
  newsData,
  newsScale: scale,
  loop,
  seed,
}: Pick<GatewaySettings, 'newsData' | 'newsScale' | 'loop' | 'seed'>): Promise<NewsFeed> {
  if (newsData === undefined) return new RandomNewsFeed({ seed });
  return NewsFileFeed.open(newsData, { loop, scale });
}
