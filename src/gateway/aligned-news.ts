// The sentiments that hold from a tick on, for one client, if sentiments are counted in ticks. They are made again from
// the first on, so any client can have any of them at any time, and none is kept.

import { atFrame } from '../protocol/control-frames.ts';
import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import type { NewsFeed } from './feeds/news.ts';

/** Sentiments in one piece. */
const PIECE_SENTIMENTS_MAX = 1_000;
/** Sentiments that are made for one piece, those that are left out included. */
const MADE_MAX = 10_000;

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

  /** Whether all sentiments that hold from ticks up to `until` were taken. */
  isAt(until: number): boolean {
    return this.#nextAt > until;
  }

  /** The frames of the next sentiments that hold from ticks up to `until`. Empty does not mean that it is there: see isAt(). */
  take(until: number): string {
    let frames = '';
    let taken = 0;
    for (let made = 0; made < MADE_MAX && taken < PIECE_SENTIMENTS_MAX && this.#nextAt <= until; made++) {
      const at = this.#nextAt;
      const sentiment = this.#next();
      if (sentiment === undefined || at < this.#from) continue;
      frames += `${atFrame(at)}${sentiment}${MESSAGE_DELIMITER}`;
      taken++;
    }
    return frames;
  }

  #next(): number | undefined {
    this.#nextAt += this.#everyTicks;
    return this.#feed.next();
  }
}
