// Made-up news: sentiments drawn at random from a seed, for as long as anybody asks.

import type { NewsFeed } from './news.ts';
import { SeededRandom } from './random.ts';

const SENTIMENT_COUNT = 101;

// Another stream than that of the prices, which are often given the same seed.
const NEWS_STREAM = 2;

/** Sentiments from 0 to 100, each as likely as the others. Never ends. */
export class RandomNewsFeed implements NewsFeed {
  readonly ended = false;
  readonly #random: SeededRandom;

  /** `seed` is any integer; throws FeedSettingError for another. */
  constructor(settings: { seed: number }) {
    this.#random = new SeededRandom(settings.seed, NEWS_STREAM);
  }

  next(): number {
    return this.#random.below(SENTIMENT_COUNT);
  }
}
