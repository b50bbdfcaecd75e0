// Random news: sentiments drawn from a seed, without end.

import type { NewsFeed } from './news.ts';
import { SeededRandom } from './random.ts';

const SENTIMENT_COUNT = 101;

// Prices often have the same seed, so news draws from another stream.
const NEWS_STREAM = 2;

/** Sentiments from 0 to 100, all equally likely. */
export class RandomNewsFeed implements NewsFeed {
  readonly ended = false;
  readonly #seed: number;
  readonly #random: SeededRandom;
  #given = 0;

  /** @throws FeedSettingError unless `seed` is an integer */
  constructor(settings: { seed: number }) {
    this.#seed = settings.seed;
    this.#random = new SeededRandom(settings.seed, NEWS_STREAM);
  }

  get given(): number {
    return this.#given;
  }

  again(): RandomNewsFeed {
    return new RandomNewsFeed({ seed: this.#seed });
  }

  next(): number {
    this.#given++;
    return this.#random.below(SENTIMENT_COUNT);
  }
}
