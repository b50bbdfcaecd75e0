// The interface of a feed in a file of the user's, as `tickline/feed` publishes it.

/** A price of one symbol. */
export interface OwnTick {
  /** 1 to 32 characters, see docs/limits.md. */
  readonly symbol: string;
  /**
   * Above zero, at most 10^12. Text keeps its digits and has at most 8 decimals; a number is rounded to 8 decimals.
   */
  readonly price: string | number;
  /** When the price was made, in ms since 1970 UTC, perhaps with a fraction. Default: now. */
  readonly time?: number | undefined;
}

/** What the Gateway tells a feed, and hears from it. */
export interface FeedContext {
  /** The symbols of `--symbols`; undefined without it. Ticks of other symbols are left out. */
  readonly symbols: readonly string[] | undefined;
  /** The absolute path of `--data`; undefined without it. */
  readonly data: string | undefined;
  /** Aborted when the Gateway stops: release what you hold, and return. */
  readonly signal: AbortSignal;
  /** The source delivers nothing for now: shown by `stat`, the dashboard and `/healthz`. The next tick ends it. */
  down(reason: string): void;
  /** Logs a line. */
  log(message: string): void;
}

/** One tick, or several that came together. */
export type OwnTicks = OwnTick | readonly OwnTick[];

/**
 * The default export of the file: a generator, or a function that returns something to iterate over. It is asked for
 * the next ticks when there is room for them, so a fast feed waits for its clients.
 */
export type CreateFeed = (context: FeedContext) => AsyncIterable<OwnTicks> | Iterable<OwnTicks>;

/** Another export of the file, `traits`: what the Gateway may expect of the feed. */
export interface OwnFeedTraits {
  /** Ticks leave as they come, and not at `--rate`. Default: false. */
  readonly live?: boolean;
  /** It gives the same ticks each time: a Gateway that replaces a killed one continues. Default: false. */
  readonly repeats?: boolean;
}
