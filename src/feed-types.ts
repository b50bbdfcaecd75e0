// What `import ... from 'tickline/feed'` gives: the interface of a source of prices in a file of one's own.

export type {
  CreateFeed,
  FeedContext,
  OwnFeedTraits as FeedTraits,
  OwnTick as FeedTick,
  OwnTicks as FeedTicks,
} from './gateway/feeds/own/own-feed.ts';
