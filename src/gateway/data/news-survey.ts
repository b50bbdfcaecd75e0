// Reads a file of news as a run would, and keeps what there is to say of it.

import type { NewsScale } from '../../settings/feed-types.ts';
import { NewsFileFeed } from '../feeds/news-file.ts';
import type { Survey } from './survey.ts';

/** @throws FeedFileError if it has no sentiment */
export async function surveyNews(file: string, scale: NewsScale): Promise<Survey> {
  const news = await NewsFileFeed.open(file, { scale });
  const sentiments = Array.from({ length: news.count }, () => news.next() ?? 0);
  const [lowest, highest] = sentiments.reduce(
    ([least, most], one) => [Math.min(least, one), Math.max(most, one)],
    [100, 0],
  );
  return {
    file,
    kind: 'news',
    understood: news.about,
    rows: news.count + news.rejectedRows,
    valid: news.count,
    symbols: [],
    unwanted: 0,
    earliest: undefined,
    latest: undefined,
    first: [],
    last: [],
    skips: news.skips,
    notices: [`sentiments from ${lowest} to ${highest}, the first ${sentiments.slice(0, 5).join(', ')}`],
    fault: undefined,
  };
}
