// Where news sentiment comes from: what the Gateway asks of a source.

/** A source of sentiments. 0 is the worst news, 100 the best, 50 is neutral. */
export interface NewsFeed {
  /** The next sentiment, an integer from 0 to 100; undefined when the feed is over. */
  next(): number | undefined;

  /** Whether the next `next` gives undefined. Once true, it stays true. */
  readonly ended: boolean;
}
