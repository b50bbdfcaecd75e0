// The options of the Gateway: what prices and news it sends, and how fast.

import { join } from 'node:path';
import { PROJECT_ROOT } from '../../platform/project-root.ts';
import { FEED_NAMES, FEEDS } from '../feeds.ts';
import { choice, decimal, flag, integer, path, rate, size, symbols } from '../option-types.ts';
import { type Option, SYMBOL_COUNT } from './option.ts';

const GATEWAY = ['run', 'gateway'] as const;

export const GATEWAY_OPTIONS = {
  source: {
    kind: choice(...FEED_NAMES),
    placeholder: FEED_NAMES.join('|'),
    default: 'replay',
    about: FEED_NAMES.map((name) => FEEDS[name].about).join(', or '),
    commands: GATEWAY,
  },
  data: {
    kind: path('a CSV file of prices'),
    placeholder: 'FILE',
    default: join(PROJECT_ROOT, 'data', 'dow30-1990-2001.csv'),
    about: 'the prices to replay',
    commands: GATEWAY,
  },
  rate: {
    kind: rate('a number of ticks a second', { min: 1, max: 100_000_000 }),
    placeholder: 'TICKS_PER_S|max',
    default: '2000',
    about: 'how fast ticks are sent',
    commands: GATEWAY,
  },
  speed: {
    kind: decimal('a factor', { min: 0.001, max: 1_000_000_000 }),
    placeholder: 'X',
    about: "replay at X times the pace of the file's own times, instead of --rate",
    commands: GATEWAY,
  },
  symbols: {
    kind: symbols(SYMBOL_COUNT.max),
    placeholder: 'SYMBOL,...',
    about: 'only these symbols; all when not given',
    commands: ['run', 'gateway', 'orderbook', 'strategy', 'book'],
  },
  symbolCount: {
    kind: integer('a number of symbols', SYMBOL_COUNT),
    placeholder: 'N',
    about: 'random source: that many generated symbols',
    commands: GATEWAY,
  },
  loop: {
    kind: flag(),
    default: false,
    about: 'begin the replay again when it is over',
    commands: GATEWAY,
  },
  skip: {
    kind: integer('a number of ticks', { min: 0, max: 1_000_000_000 }),
    placeholder: 'TICKS',
    default: '0',
    about: 'ticks of the replay to leave out at its start',
    commands: GATEWAY,
  },
  resume: {
    kind: flag(),
    default: false,
    about: 'go on where the last Gateway of this price book died, with its session and numbers',
    commands: ['gateway'],
  },
  seed: {
    kind: integer('a whole number', { min: 0, max: 4_294_967_295 }),
    placeholder: 'N',
    default: '1',
    about: 'the same seed gives the same random prices and news',
    commands: GATEWAY,
  },
  newsInterval: {
    kind: integer('a number of milliseconds', { min: 1, max: 3_600_000 }),
    placeholder: 'MS',
    default: '200',
    about: 'milliseconds from one sentiment to the next',
    commands: GATEWAY,
  },
  newsEvery: {
    kind: integer('a number of ticks', { min: 1, max: 1_000_000_000 }),
    placeholder: 'TICKS',
    about: 'a sentiment every so many ticks, instead of --news-interval',
    commands: GATEWAY,
  },
  newsData: {
    kind: path('a file of sentiments'),
    placeholder: 'FILE',
    about: 'the sentiments to replay; random when not given',
    commands: GATEWAY,
  },
  replayWindow: {
    kind: size('64KiB', '1GiB'),
    placeholder: 'BYTES',
    default: '16MiB',
    about: 'sent ticks that are kept for clients that come back',
    commands: GATEWAY,
  },
} as const satisfies Record<string, Option>;
