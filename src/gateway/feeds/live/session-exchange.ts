// Finds out which exchange sent the messages of a recorded session.

import { FeedFileError } from '../feed-errors.ts';
import type { Exchange } from './exchange.ts';
import { exchangeOf } from './exchanges.ts';

/** A recorder may write answers to other requests first, such as snapshots of the order book. */
const UNKNOWN_MAX = 1_000;
const OF_NONE = 'are of no exchange that Tickline knows; expected Kraken v2, Coinbase or Binance';

export class SessionExchange {
  /** Messages of no known exchange before the first of one. */
  unknown = 0;
  readonly #path: string;
  #found: Exchange | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get name(): string | undefined {
    return this.#found?.name;
  }

  /** The exchange of the session; undefined while no message was one of its own. @throws FeedFileError after 1,000 */
  of(text: string): Exchange | undefined {
    this.#found ??= exchangeOf(text);
    if (this.#found === undefined && ++this.unknown === UNKNOWN_MAX)
      throw new FeedFileError(this.#path, `its first ${UNKNOWN_MAX} messages ${OF_NONE}`);
    return this.#found;
  }

  /** Of a session that was read to its end. @throws FeedFileError if it has messages, and none was of a known exchange */
  requireFound(): void {
    if (this.#found === undefined && this.unknown > 0)
      throw new FeedFileError(this.#path, `its messages ${OF_NONE}`);
  }
}
