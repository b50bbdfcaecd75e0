// What `import ... from 'tickline/feed'` gives: the interface of a source of prices.

export type { Feed } from './gateway/feeds/feed.ts';
