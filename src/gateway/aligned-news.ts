// The sentiments that hold from a tick on, for one client, if sentiments are counted in ticks. They are made again from
// the first on, so any client can have any of them at any time, and none is kept.

import { atFrame } from '../protocol/control-frames.ts';
import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import type { NewsFeed } from './feeds/news.ts';

/** Sentiments in one piece. */
const PIECE_SENTIMENTS_MAX = 1_000;

export class AlignedNews {
  readonly #feed: NewsFeed;
  readonly #everyTicks: number;
  readonly #from: number;
  /** The tick that the next sentiment holds from. */
  #nextAt = 1;

  /**
   * @param feed at its first sentiment, which holds from tick 1
   * @param everyTicks ticks from one sentiment to the next
   * @param from leaves out the sentiments that hold from earlier ticks; a client names it, so it may be any number
   */
  constructor(feed: NewsFeed, everyTicks: number, from: number) {
    this.#feed = feed;
    this.#everyTicks = everyTicks;
    this.#from = from;
  }

  /** The frames of the next sentiments that hold from ticks up to `until`; empty when there are no more. */
  take(until: number): string {
    while (this.#nextAt < this.#from && this.#nextAt <= until) this.#next();
    let frames = '';
    for (let i = 0; i < PIECE_SENTIMENTS_MAX && this.#nextAt <= until; i++) {
      const at = this.#nextAt;
      const sentiment = this.#next();
      if (sentiment !== undefined) frames += `${atFrame(at)}${sentiment}${MESSAGE_DELIMITER}`;
    }
    return frames;
  }

  #next(): number | undefined {
    this.#nextAt += this.#everyTicks;
    return this.#feed.next();
  }
}
