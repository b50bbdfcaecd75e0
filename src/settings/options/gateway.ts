// The options of the Gateway: what prices and news it sends, and how fast.

import { join } from 'node:path';
import { PROJECT_ROOT } from '../../platform/project-root.ts';
import { feedRate, feedSource, NEWS_SCALES, namedColumns, newsEvery, symbolChoice } from '../feed-types.ts';
import { FEED_NAMES } from '../feeds.ts';
import { choice, flag, integer, path, pathOrInput, size, text, webSocketUrl } from '../option-types.ts';
import { type Option, SYMBOL_COUNT } from './option.ts';

const GATEWAY = ['run', 'gateway'] as const;
const WITH_BACKTEST = [...GATEWAY, 'backtest'] as const;
const WITH_DATA = [...WITH_BACKTEST, 'data'] as const;
/** The feed is their argument. */
const OF_FEEDS = ['feed test', 'feed check'] as const;
const ONLY_THESE = 'only these symbols';

export const GATEWAY_OPTIONS = {
  source: {
    kind: feedSource(),
    placeholder: 'NAME|FILE',
    default: 'replay',
    about: `${FEED_NAMES.join(', ')}, or FILE`,
    commands: [...GATEWAY, ...OF_FEEDS],
  },
  data: {
    kind: pathOrInput('a file of prices'),
    placeholder: 'FILE',
    default: join(PROJECT_ROOT, 'data', 'dow30-1990-2001.csv'),
    about: 'file to replay; - is standard input',
    aboutFor: { 'feed test': 'the file that the feed reads' },
    commands: [...WITH_DATA, 'feed test'],
  },
  columns: {
    kind: namedColumns(),
    placeholder: 'KIND=NAME',
    about: 'columns of --data that have unusual names: time=When,symbol=Share,price=Paid',
    commands: WITH_DATA,
    rare: true,
  },
  decimal: {
    kind: choice('point', 'comma'),
    placeholder: 'MARK',
    about: 'what separates decimals in --data: point or comma, where that is unclear',
    commands: WITH_DATA,
    rare: true,
  },
  timeFormat: {
    kind: text('1 to 64 characters such as DD/MM/YYYY HH:mm, or %d/%m/%Y', /^[ -~]{1,64}$/),
    placeholder: 'FORMAT',
    about: 'form of the times in --data, such as DD/MM/YYYY HH:mm:ss',
    commands: WITH_DATA,
    rare: true,
  },
  sort: {
    kind: flag(),
    default: false,
    about: 'put the rows of --data into the order of their times first',
    commands: WITH_DATA,
    rare: true,
  },
  rate: {
    kind: feedRate(),
    placeholder: 'RATE',
    default: '2000/s',
    about: "2000/s, 10x (times the data's own pace), or max",
    commands: GATEWAY,
  },
  symbols: {
    kind: symbolChoice(SYMBOL_COUNT.max),
    placeholder: 'LIST|N',
    about: 'LIST: only these symbols; N: invent this many (with --source random)',
    aboutFor: {
      orderbook: ONLY_THESE,
      strategy: ONLY_THESE,
      book: ONLY_THESE,
      backtest: ONLY_THESE,
      data: ONLY_THESE,
      'feed test': ONLY_THESE,
      'feed check': ONLY_THESE,
    },
    commands: ['run', 'gateway', 'orderbook', 'strategy', 'book', 'backtest', 'data', ...OF_FEEDS],
  },
  feedUrl: {
    kind: webSocketUrl(),
    placeholder: 'URL',
    about: "address to use instead of the exchange's own",
    commands: [...GATEWAY, 'feed check'],
    rare: true,
  },
  record: {
    kind: path('a new file'),
    placeholder: 'FILE',
    about: 'record the messages of a live feed, to be replayed with --data FILE',
    commands: [...GATEWAY, 'feed check'],
    rare: true,
  },
  loop: {
    kind: flag(),
    default: false,
    about: 'restart the replay at its end',
    commands: GATEWAY,
  },
  skip: {
    kind: integer('a number of ticks', { min: 0, max: 1_000_000_000 }),
    placeholder: 'TICKS',
    default: '0',
    about: 'ticks to skip at the start of the replay',
    commands: GATEWAY,
    rare: true,
  },
  resume: {
    kind: flag(),
    default: false,
    about: "continue the killed Gateway's run: its run id and tick numbers",
    commands: ['gateway'],
    rare: true,
  },
  seed: {
    kind: integer('a whole number', { min: 0, max: 4_294_967_295 }),
    placeholder: 'N',
    default: '1',
    about: 'seed of random prices and news',
    commands: WITH_BACKTEST,
  },
  newsEvery: {
    kind: newsEvery(),
    placeholder: 'TIME|TICKS',
    default: '200ms',
    about: 'time (200ms) or ticks (500ticks) between sentiments',
    commands: WITH_BACKTEST,
  },
  newsData: {
    kind: path('a file of sentiments'),
    placeholder: 'FILE',
    about: 'file of sentiments to replay; without it they are random',
    commands: WITH_DATA,
    rare: true,
  },
  newsScale: {
    kind: choice(...NEWS_SCALES),
    placeholder: 'RANGE',
    default: '0..100',
    about: 'what the values of --news-data range over: 0..100, or -1..1, which becomes 0 to 100',
    commands: WITH_DATA,
    rare: true,
  },
  replayWindow: {
    kind: size('64KiB', '1GiB'),
    placeholder: 'BYTES',
    default: '16MiB',
    about: 'sent ticks that are kept for clients that reconnect',
    commands: GATEWAY,
    rare: true,
  },
} as const satisfies Record<string, Option>;
