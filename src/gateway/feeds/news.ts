// What the Gateway asks of a feed of news.

/** A source of sentiments: 0 is the worst news, 50 neutral, 100 the best. */
export interface NewsFeed {
  /** The next sentiment, an integer from 0 to 100; undefined once the feed has ended. */
  next(): number | undefined;

  /** Rows that were skipped because they hold no sentiment; none if the feed reads no file. */
  readonly rejectedRows?: number;

  /** The row that was skipped last, and why. */
  readonly lastRejection?: string | undefined;

  /** How many sentiments next() has returned. */
  readonly given: number;

  /** A feed of the same sentiments, from the first on. */
  again(): NewsFeed;

  /** Whether `next` returns undefined from now on. */
  readonly ended: boolean;
}
