// What the Gateway asks of a feed of news.

import type { Skip } from './skips.ts';

/** A source of sentiments: 0 is the worst news, 50 neutral, 100 the best. */
export interface NewsFeed {
  /** The next sentiment, an integer from 0 to 100; undefined once the feed has ended. */
  next(): number | undefined;

  /** Rows that were skipped because they hold no sentiment; none if the feed reads no file. */
  readonly rejectedRows?: number;

  /** The reasons of the rows that were skipped. */
  readonly skips?: readonly Skip[] | undefined;

  /** How many sentiments next() has returned. */
  readonly given: number;

  /** A feed of the same sentiments, from the first on. */
  again(): NewsFeed;

  /** Whether `next` returns undefined from now on. */
  readonly ended: boolean;
}
