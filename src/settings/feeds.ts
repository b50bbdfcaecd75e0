// The feeds of prices that --source names: what each can do, and the options that only it reads. Two rooms
// need the table: the settings check options against it, and src/gateway/feeds/registry.ts opens the feeds.

/** What a feed of prices can do. */
export interface FeedTraits {
  /** For the help text of --source. */
  readonly about: string;
  /** Whether a Gateway that replaces a killed one can give the same ticks again, from any tick on. */
  readonly canRepeat: boolean;
  /** `gateway`: ticks leave at --rate. `own`: ticks leave as they arrive. */
  readonly pacing: 'gateway' | 'own';
  /** Whether --rate may be a multiple of its own pace: its ticks have times of their own. */
  readonly hasOwnPace: boolean;
  /** Whether --symbols may be a number: it makes up that many symbols. */
  readonly makesSymbols: boolean;
  /** Keys of the options that other feeds do not read. */
  readonly options: readonly string[];
}

export const FEEDS = {
  replay: {
    about: 'prices from a file',
    canRepeat: true,
    pacing: 'gateway',
    hasOwnPace: true,
    makesSymbols: false,
    options: ['data', 'loop', 'skip'],
  },
  random: {
    about: 'a random walk',
    canRepeat: false,
    pacing: 'gateway',
    hasOwnPace: false,
    makesSymbols: true,
    options: [],
  },
} as const satisfies Record<string, FeedTraits>;

export type FeedName = keyof typeof FEEDS;

export const FEED_NAMES = Object.keys(FEEDS) as readonly FeedName[];
