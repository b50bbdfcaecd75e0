// What the dashboard reads from, what of it is down, and what the kill switch halts.

import { type Halts, haltTexts, NO_HALTS } from '../domain/risk/halts.ts';
import { unlessRunStops } from '../platform/lifecycle.ts';
import type { Events } from './events.ts';
import type { SourceLines } from './messages.ts';

type Connected = 'news' | 'orders';
const FEED_DOWN =
  'The feed of prices is down: nothing trades until it delivers again. The log of the Gateway says why.';

export class Sources {
  readonly #book: string;
  readonly #events: Events;
  readonly #missing: Record<'book' | Connected, string | null>;
  #bookIsClosed = false;
  #feedIsDown = false;
  #halts = NO_HALTS;

  /** @param book file of the price book */
  constructor(book: string, events: Events) {
    this.#book = book;
    this.#events = events;
    this.#missing = {
      book: `waiting for the price book ${book}: start the OrderBook`,
      news: 'waiting for the news: start the Gateway',
      orders: 'waiting for the OrderManager: start it',
    };
  }

  get bookIsClosed(): boolean {
    return this.#bookIsClosed;
  }

  onBook(isAnother: boolean): void {
    if (isAnother) this.#events.add('note', `now reading a new price book ${this.#book}`);
    this.#bookIsClosed = false;
    this.#missing.book = null;
  }

  onBadBook(reason: string): void {
    this.#missing.book = reason;
    this.#events.add('bad', reason);
  }

  /** Call it with every frame. */
  setBookClosed(isClosed: boolean): void {
    if (isClosed === this.#bookIsClosed) return;
    this.#bookIsClosed = isClosed;
    this.#missing.book = isClosed ? `the run has ended; waiting for the next price book ${this.#book}` : null;
    if (isClosed) this.#events.add('note', 'the price book is closed');
  }

  /** Call it with every frame. */
  setFeedDown(isDown: boolean): void {
    if (isDown === this.#feedIsDown) return;
    this.#feedIsDown = isDown;
    if (isDown) this.#events.add('bad', 'the feed of prices is down');
    else this.#events.add('good', 'the feed of prices delivers again');
  }

  onUp(source: Connected): void {
    this.#missing[source] = null;
    this.#events.add('good', source === 'news' ? 'connected to the news' : 'connected to the OrderManager');
  }

  /** @param wasUp whether there was a connection, and its end says something new */
  onDown(source: Connected, reason: string, wasUp: boolean): void {
    const what = source === 'news' ? 'no news' : 'no order reports';
    const server = source === 'news' ? 'Gateway' : 'OrderManager';
    this.#missing[source] = `${what}, waiting for the ${server} (${reason})`;
    if (wasUp) unlessRunStops(() => this.#events.add('bad', `${what}: ${reason}`));
  }

  setHalts(halts: Halts): void {
    const [before, now] = [haltTexts(this.#halts), haltTexts(halts)];
    this.#halts = halts;
    for (const text of now) if (!before.includes(text)) this.#events.add('bad', `halted: ${text}`);
    for (const text of before) if (!now.includes(text)) this.#events.add('good', `resumed: ${text}`);
  }

  lines(others: Omit<SourceLines, 'book' | Connected | 'feed' | 'halts'>): SourceLines {
    const { all, strategies } = this.#halts;
    const news = others.ended === null ? this.#missing.news : null; // none is missing after the end
    const feed = this.#feedIsDown ? FEED_DOWN : null;
    return { ...this.#missing, news, feed, halts: { all, strategies: [...strategies] }, ...others };
  }
}
