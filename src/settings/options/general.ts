// The options of a whole run, and of the commands that look at one.

import { countOrAll, duration, flag, integer, path, symbol, text } from '../option-types.ts';
import { PORT_KEYS } from './network.ts';
import { type Option, PROCESSES } from './option.ts';

/** The stack of who gives no name. */
export const DEFAULT_STACK = 'default';

export const GENERAL_OPTIONS = {
  stack: {
    kind: text(
      '1 to 64 of letters, digits and . _ -, not starting with a dot, and neither latest nor a date',
      /^(?!latest$|\d{4}-\d\d-\d\d)[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/,
    ),
    placeholder: 'NAME',
    default: DEFAULT_STACK,
    about: 'name of the stack: of its price book, run folders and record',
    commands: [...PROCESSES, 'book', 'orders', 'halt', 'resume', 'stat'],
    alias: 'book',
  },
  ports: {
    kind: integer('a port', { min: 0, max: 65_536 - PORT_KEYS.length }),
    placeholder: 'PORT',
    about: 'TCP port of prices; news, orders, dashboard get the next three (default: 9001, 9002, 9003, 9080)',
    commands: PROCESSES,
  },
  duration: {
    kind: duration('1ms', '168h'),
    placeholder: 'TIME',
    about: 'stop after this time: 30s, 5m, 1h',
    commands: [...PROCESSES, 'stat', 'feed check'],
  },
  lossless: {
    kind: flag(),
    default: false,
    about: 'wait for slow readers instead of skipping ticks',
    aboutFor: {
      orderbook: 'overwrite no tick in shared memory that a reader has not read yet',
      strategy: 'wait for the news of each tick and the report of each order, so that runs repeat exactly',
    },
    commands: ['run', 'gateway', 'orderbook', 'strategy'],
  },
  dashboard: {
    kind: flag(),
    default: false,
    about: 'serve a web page that shows the run',
    commands: ['run'],
  },
  only: {
    kind: text('1 to 64 of letters, digits and . _ - :', /^[A-Za-z0-9._:-]{1,64}$/),
    placeholder: 'STRATEGY',
    about: 'only this strategy (default: all strategies)',
    commands: ['halt', 'resume', 'orders'],
    flagFor: { orders: '--strategy' },
  },
  once: {
    kind: flag(),
    default: false,
    about: 'print once and exit',
    commands: ['stat'],
  },
  keepRuns: {
    kind: integer('a number of runs', { min: 1, max: 1_000_000 }),
    placeholder: 'N',
    default: '20',
    about: 'run folders that are kept, the newest; a new run removes the others',
    commands: ['run'],
    rare: true,
  },
  json: {
    kind: flag(),
    default: false,
    about: 'print JSON, one object per line',
    aboutFor: { backtest: 'print the result as JSON' },
    commands: ['book', 'stat', 'stacks', 'orders', 'backtest', 'data'],
  },
  csv: {
    kind: flag(),
    default: false,
    about: 'print CSV, with the names of the columns first',
    commands: ['orders'],
  },
  last: {
    kind: countOrAll('a number of orders', { min: 1, max: 1_000_000_000 }),
    placeholder: 'N|all',
    default: '20',
    about: 'how many orders to print, the newest',
    commands: ['orders'],
  },
  symbol: {
    kind: symbol(),
    placeholder: 'SYMBOL',
    about: 'only orders and positions in this symbol',
    commands: ['orders'],
  },
  backup: {
    kind: path('a file that does not exist yet'),
    placeholder: 'FILE',
    about: 'copy the record to this file, also while a stack runs',
    commands: ['orders'],
  },
  verify: {
    kind: flag(),
    default: false,
    about: 'compare the journal with SQLite; status 1 if they differ',
    commands: ['orders'],
  },
} as const satisfies Record<string, Option>;
