// The one table of options: what the command line, tickline.config.json and the README say of them comes
// from here. A default is written as a user would write it, and goes through the same check.

import { join, relative } from 'node:path';
import type { z } from 'zod';
import { DEFAULT_RISK_LIMITS } from '../domain/risk/risk-limits.ts';
import { PROJECT_ROOT } from '../platform/project-root.ts';
import { FEED_NAMES, FEEDS } from './feeds.ts';
import {
  choice,
  decimal,
  duration,
  flag,
  integer,
  type Kind,
  limit,
  onOff,
  path,
  powerOfTwo,
  rate,
  size,
  symbols,
  text,
} from './option-types.ts';

/** The commands that take options from the table. */
export type CommandName =
  | 'run'
  | 'gateway'
  | 'orderbook'
  | 'strategy'
  | 'order-manager'
  | 'dashboard'
  | 'book'
  | 'orders'
  | 'halt'
  | 'resume'
  | 'stat'
  | 'clean';

interface Option {
  readonly kind: Kind<unknown>;
  /** What stands for the value in the help; a switch has none. */
  readonly placeholder?: string;
  /** Absent where an option that is not given stays undefined. */
  readonly default?: string | boolean;
  readonly about: string;
  readonly commands: readonly CommandName[];
}

const GATEWAY = ['run', 'gateway'] as const;
const BOOK_WRITER = ['run', 'orderbook'] as const;
const STRATEGY = ['run', 'strategy'] as const;
const MANAGER = ['run', 'order-manager'] as const;
const ORDER_CLIENTS = ['run', 'strategy', 'dashboard'] as const;
const ORDER_PORT = ['run', 'strategy', 'order-manager', 'dashboard'] as const;
const PROCESSES = ['run', 'gateway', 'orderbook', 'strategy', 'order-manager', 'dashboard'] as const;
/** What the strategy trades by, which the dashboard shows. */
const RULES = ['run', 'strategy', 'dashboard'] as const;

const hostName = text('a host name or address', /^[A-Za-z0-9.:_-]{1,253}$/);
const port = integer('a port', { min: 0, max: 65_535 });
const window = integer('a number of ticks', { min: 1, max: 100_000 });
const sentiment = decimal('a sentiment', { min: 0, max: 100 });
const SYMBOL_COUNT = { min: 1, max: 1_000_000 };

/** Every option by its key in tickline.config.json; `--price-port` on the command line is `pricePort`. */
const OPTIONS = {
  host: {
    kind: hostName,
    placeholder: 'HOST',
    default: '127.0.0.1',
    about: 'where the servers listen, and where their clients find them',
    commands: PROCESSES,
  },
  pricePort: {
    kind: port,
    placeholder: 'PORT',
    default: '9001',
    about: 'TCP port of the prices; 0: any free port',
    commands: ['run', 'gateway', 'orderbook'],
  },
  newsPort: {
    kind: port,
    placeholder: 'PORT',
    default: '9002',
    about: 'TCP port of the news; 0: any free port',
    commands: ['run', 'gateway', 'strategy', 'dashboard'],
  },
  orderPort: {
    kind: port,
    placeholder: 'PORT',
    default: '9003',
    about: 'TCP port of the orders; 0: any free port',
    commands: ORDER_PORT,
  },
  orderHost: {
    kind: hostName,
    placeholder: 'HOST',
    about: 'where the orders are taken, if not at --host',
    commands: ORDER_PORT,
  },
  book: {
    kind: text(
      '1 to 64 of letters, digits and . _ -, not starting with a dot',
      /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/,
    ),
    placeholder: 'NAME',
    default: 'prices',
    about: 'name of the price book in shared memory',
    commands: [...PROCESSES, 'book', 'stat'],
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
  ring: {
    kind: powerOfTwo('a number of ticks', { min: 1024, max: 16_777_216 }),
    placeholder: 'TICKS',
    default: '65536',
    about: 'size of the tick ring in shared memory',
    commands: BOOK_WRITER,
  },
  symbolCapacity: {
    kind: integer('a number of symbols', SYMBOL_COUNT),
    placeholder: 'N',
    default: '1024',
    about: 'symbols that the price book has room for',
    commands: BOOK_WRITER,
  },
  staleAfter: {
    kind: duration('1ms', '24h'),
    placeholder: 'TIME',
    default: '5s',
    about: 'a price without a tick for so long is stale, and is not traded on',
    commands: ['run', 'orderbook', 'strategy', 'order-manager'],
  },
  lossless: {
    kind: flag(),
    default: false,
    about: 'wait for slow readers instead of skipping ticks',
    commands: ['run', 'gateway', 'orderbook', 'strategy'],
  },
  short: {
    kind: window,
    placeholder: 'TICKS',
    default: '5',
    about: 'ticks in the short moving average',
    commands: RULES,
  },
  long: {
    kind: window,
    placeholder: 'TICKS',
    default: '20',
    about: 'ticks in the long moving average',
    commands: RULES,
  },
  bullish: {
    kind: sentiment,
    placeholder: 'SENTIMENT',
    default: '60',
    about: 'news above it is a signal to buy',
    commands: RULES,
  },
  bearish: {
    kind: sentiment,
    placeholder: 'SENTIMENT',
    default: '40',
    about: 'news below it is a signal to sell',
    commands: RULES,
  },
  quantity: {
    kind: integer('a quantity', { min: 1, max: 1_000_000 }),
    placeholder: 'N',
    default: '10',
    about: 'position to take, long or short',
    commands: RULES,
  },
  wait: {
    kind: choice('block', 'spin'),
    placeholder: 'block|spin',
    default: 'block',
    about: 'wait for ticks asleep, or awake for the least latency (takes a whole core)',
    commands: ['run', 'orderbook', 'strategy'],
  },
  strategy: {
    kind: path('a TypeScript or JavaScript file'),
    placeholder: 'FILE',
    about: 'your own strategy, instead of the moving averages',
    commands: RULES,
  },
  strategyName: {
    kind: text('1 to 64 of letters, digits and . _ -', /^[A-Za-z0-9._-]{1,64}$/),
    placeholder: 'NAME',
    default: 'crossover',
    about: 'the name that orders and positions are recorded under',
    commands: RULES,
  },
  dashboard: {
    kind: flag(),
    default: false,
    about: 'show what happens on a web page',
    commands: ['run'],
  },
  dashboardPort: {
    kind: port,
    placeholder: 'PORT',
    default: '9080',
    about: 'port of the web page, on loopback; 0: any free port',
    commands: ['run', 'dashboard'],
  },
  outbox: {
    kind: path('a file'),
    placeholder: 'FILE',
    about: 'orders without a report, for a strategy that is killed (default: <strategy-name>.outbox)',
    commands: ['strategy'],
  },
  ordersDb: {
    kind: path('an SQLite file'),
    placeholder: 'FILE',
    about: 'the record of orders (default: orders.sqlite; of a run: in its folder under runs)',
    commands: ['run', 'order-manager', 'orders', 'halt', 'resume'],
  },
  fsync: {
    kind: onOff(),
    placeholder: 'on|off',
    default: 'on',
    about: 'on: a recorded order outlives a power cut; off: only a crash of the process',
    commands: MANAGER,
  },
  clientRate: {
    kind: rate('a number of messages a second', { min: 1, max: 100_000_000 }),
    placeholder: 'MESSAGES_PER_S|max',
    default: '20000',
    about: 'order port: a client that sends more is read more slowly',
    commands: MANAGER,
  },
  tokens: {
    kind: path('a JSON file of names and tokens'),
    placeholder: 'FILE',
    about: 'order port: who may log on, and with which token; everybody when not given',
    commands: MANAGER,
  },
  tokenFile: {
    kind: path('a file with a token'),
    placeholder: 'FILE',
    about: 'the token that the strategy logs on with',
    commands: STRATEGY,
  },
  watchTokenFile: {
    kind: path('a file with a token'),
    placeholder: 'FILE',
    about: 'the token that the dashboard watches with: that of the name watch',
    commands: ['run', 'dashboard'],
  },
  tlsCert: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'order port: take connections by TLS alone, with this certificate (PEM)',
    commands: MANAGER,
  },
  tlsKey: {
    kind: path('a private key'),
    placeholder: 'FILE',
    about: 'the key of --tls-cert',
    commands: MANAGER,
  },
  tlsClientCa: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'order port: take only clients with a certificate that this one has signed',
    commands: MANAGER,
  },
  tlsCa: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'connect to the order port by TLS, where this certificate has signed that of the OrderManager',
    commands: ORDER_CLIENTS,
  },
  tlsClientCert: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'certificate of a client of the order port, for --tls-client-ca',
    commands: ORDER_CLIENTS,
  },
  tlsClientKey: {
    kind: path('a private key'),
    placeholder: 'FILE',
    about: 'the key of --tls-client-cert',
    commands: ORDER_CLIENTS,
  },
  maxQuantity: {
    kind: integer('a number of shares', { min: 1, max: 1_000_000_000 }),
    placeholder: 'N',
    default: String(DEFAULT_RISK_LIMITS.quantityMax),
    about: 'shares that one order may ask for',
    commands: MANAGER,
  },
  maxNotional: {
    kind: decimal('an amount in USD', { min: 0.01, max: 1e15 }),
    placeholder: 'USD',
    default: String(DEFAULT_RISK_LIMITS.notionalMax),
    about: 'what one order may be worth: quantity times price',
    commands: MANAGER,
  },
  maxPosition: {
    kind: integer('a number of shares', { min: 0, max: 1_000_000_000_000 }),
    placeholder: 'N',
    default: String(DEFAULT_RISK_LIMITS.positionMax),
    about: 'shares of a symbol that a strategy may hold, long or short',
    commands: MANAGER,
  },
  maxOrderRate: {
    kind: limit('a number of orders a second', { min: 1, max: 100_000_000 }),
    placeholder: 'ORDERS_PER_S|off',
    default: String(DEFAULT_RISK_LIMITS.ordersPerSecondMax),
    about: 'new orders a second of each strategy; so many may also come at once',
    commands: MANAGER,
  },
  priceCollar: {
    kind: limit('a percentage', { min: 0.001, max: 100_000 }),
    placeholder: 'PERCENT|off',
    default: 'off',
    about:
      "how far an order's price may be from the latest price of its symbol; not for fast replays, which run ahead of their orders",
    commands: MANAGER,
  },
  allowedSymbols: {
    kind: symbols(SYMBOL_COUNT.max),
    placeholder: 'SYMBOL,...',
    about: 'orders in these symbols only; in all when not given',
    commands: MANAGER,
  },
  only: {
    kind: text('1 to 64 of letters, digits and . _ - :', /^[A-Za-z0-9._:-]{1,64}$/),
    placeholder: 'STRATEGY',
    about: 'this strategy; all trading when not given',
    commands: ['halt', 'resume'],
  },
  logDir: {
    kind: path('a folder'),
    placeholder: 'DIR',
    about: 'folder of the log files, one a process (default: logs; of a run: its folder under runs)',
    commands: PROCESSES,
  },
  logLevel: {
    kind: choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    placeholder: 'LEVEL',
    default: 'info',
    about: 'the least serious messages to log',
    commands: PROCESSES,
  },
  logSize: {
    kind: size('4KiB', '16GiB'),
    placeholder: 'BYTES',
    default: '64MiB',
    about: 'a log file of that size is full, and a new one begins',
    commands: PROCESSES,
  },
  logFiles: {
    kind: integer('a number of files', { min: 1, max: 1_000 }),
    placeholder: 'N',
    default: '5',
    about: 'full log files that are kept: gateway.log.1 is the newest of them',
    commands: PROCESSES,
  },
  duration: {
    kind: duration('1ms', '168h'),
    placeholder: 'TIME',
    about: 'stop after so long; without it, run until told to stop',
    commands: [...PROCESSES, 'stat'],
  },
  once: {
    kind: flag(),
    default: false,
    about: 'print once, and end',
    commands: ['stat'],
  },
  json: {
    kind: flag(),
    default: false,
    about: 'print JSON, one object a line',
    commands: ['stat'],
  },
} as const satisfies Record<string, Option>;

type Options = typeof OPTIONS;
export type Key = keyof Options;

type Value<O extends Option> =
  | z.output<O['kind']['schema']>
  | (O extends { readonly default: unknown } ? never : undefined);

/** What a command gets: its own options and no others, checked and with their defaults. Paths are absolute. */
export type SettingsOf<C extends CommandName> = {
  readonly [K in Key as C extends Options[K]['commands'][number] ? K : never]: Value<Options[K]>;
};

export const KEYS = Object.keys(OPTIONS) as readonly Key[];

/** The entry of one key, typed as any entry. */
export function optionOf(key: Key): Option {
  return OPTIONS[key];
}

/** The keys that a command takes, in the order of the table. */
export function keysOf(command: CommandName): readonly Key[] {
  return KEYS.filter((key) => optionOf(key).commands.includes(command));
}

/** `pricePort` as it stands on the command line: `--price-port`. */
export function flagOf(key: Key): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The default as a person reads it: paths inside the project are shown without the way there. */
export function defaultText(key: Key): string | undefined {
  const value = optionOf(key).default;
  if (typeof value !== 'string') return undefined;
  return value.startsWith(PROJECT_ROOT) ? relative(PROJECT_ROOT, value) : value;
}
