// The options of the Gateway: what prices and news it sends, and how fast.

import { join } from 'node:path';
import { PROJECT_ROOT } from '../../platform/project-root.ts';
import { feedRate, newsEvery, symbolChoice } from '../feed-types.ts';
import { FEED_NAMES, FEEDS } from '../feeds.ts';
import { choice, flag, integer, path, size } from '../option-types.ts';
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
    kind: feedRate(),
    placeholder: 'RATE',
    default: '2000/s',
    about: "ticks per second, a multiple of the data's own pace (10x), or max",
    commands: GATEWAY,
  },
  symbols: {
    kind: symbolChoice(SYMBOL_COUNT.max),
    placeholder: 'LIST|N',
    about: 'only these symbols; with --source random also how many to make up',
    commands: ['run', 'gateway', 'orderbook', 'strategy', 'book'],
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
  newsEvery: {
    kind: newsEvery(),
    placeholder: 'TIME|TICKS',
    default: '200ms',
    about: 'time or ticks (500ticks) from one sentiment to the next',
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
