// The feeds of prices that --source names: what each can do, and the options that only it reads. The settings
// check options against this table; src/gateway/feeds/registry.ts opens the feeds.

import { extname, isAbsolute } from 'node:path';

/** What a feed of prices can do. */
export interface FeedTraits {
  /**
   * Whether the Gateway that replaces a killed one can send the same ticks again, from any tick on. `lossless`: by making
   * all earlier ticks again, which lasts seconds after a billion, so only a lossless run waits for it.
   */
  readonly canRepeat: 'always' | 'lossless' | 'never';
  /** `gateway`: ticks leave at --rate. `own`: ticks leave as they arrive. */
  readonly pacing: 'gateway' | 'own';
  /** Whether its ticks have times, so that --rate may be a multiple of their own pace. */
  readonly hasOwnPace: boolean;
  /** Whether it makes up symbols, so that --symbols may be a number. */
  readonly makesSymbols: boolean;
  /** Keys of the options that other feeds do not read. */
  readonly options: readonly string[];
}

/** The trades of an exchange as they are made. */
const LIVE = {
  canRepeat: 'never',
  pacing: 'own',
  hasOwnPace: false,
  makesSymbols: false,
  options: ['feedUrl', 'record'],
} as const satisfies FeedTraits;

export const FEEDS = {
  replay: {
    canRepeat: 'always',
    pacing: 'gateway',
    hasOwnPace: true,
    makesSymbols: false,
    options: ['data', 'loop', 'skip', 'columns', 'decimal', 'timeFormat', 'sort'],
  },
  random: {
    canRepeat: 'lossless',
    pacing: 'gateway',
    hasOwnPace: false,
    makesSymbols: true,
    options: [],
  },
  kraken: LIVE,
  coinbase: LIVE,
  binance: LIVE,
} as const satisfies Record<string, FeedTraits>;

export type FeedName = keyof typeof FEEDS;

export const FEED_NAMES = Object.keys(FEEDS) as readonly FeedName[];

/** A feed in a file of the user's. What it can do stands in the file, which only the Gateway loads. */
const OWN = {
  canRepeat: 'never',
  pacing: 'gateway',
  hasOwnPace: true,
  makesSymbols: false,
  options: ['data', 'skip'],
} as const satisfies FeedTraits;

/** The absolute path of a file with a feed. */
export type FeedFile = `/${string}`;

/** What --source names. */
export type Source = FeedName | FeedFile;

const SCRIPTS = ['.ts', '.mts', '.js', '.mjs', '.cts', '.cjs'];

export function isFeedName(text: string): text is FeedName {
  return FEED_NAMES.some((name) => name === text);
}

export function isFeedFile(source: string): source is FeedFile {
  return isAbsolute(source);
}

/** Whether a text that names no feed is meant as a path. */
export function looksLikeFile(text: string): boolean {
  return text.includes('/') || SCRIPTS.includes(extname(text));
}

/** What a feed can do, as far as it is known before a file is loaded. */
export function traitsOf(source: Source): FeedTraits {
  return isFeedFile(source) ? OWN : FEEDS[source];
}
