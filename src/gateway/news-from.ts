// The news of a run that starts at any tick.

import type { GatewaySettings } from '../settings/settings.ts';
import type { NewsFeed } from './feeds/news.ts';
import { openNews } from './feeds/open-news.ts';
import { sentimentsBefore, ticksBetweenNews } from './news-pace.ts';

/** The news, without the sentiments that an earlier Gateway of the run has sent. @throws FeedFileError */
export async function openNewsFrom(settings: GatewaySettings, sequence: number): Promise<NewsFeed> {
  const feed = await openNews(settings);
  const everyTicks = ticksBetweenNews(settings);
  const sent = everyTicks === undefined ? 0 : sentimentsBefore(sequence, everyTicks);
  for (let i = 0; i < sent; i++) feed.next();
  return feed;
}
