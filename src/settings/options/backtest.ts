// The options of a backtest.

import { decimal, duration, flag, path, text } from '../option-types.ts';
import { sweepRanges, walkForward } from '../sweep-types.ts';
import type { Option } from './option.ts';

const BACKTEST = ['backtest'] as const;

const day = text(
  'a date such as 1995-01-31, or an ISO 8601 date-time',
  /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)? ?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/,
);

export const BACKTEST_OPTIONS = {
  capital: {
    kind: decimal('an amount in USD', { min: 0.01, max: 1e15 }),
    placeholder: 'USD',
    default: '100000',
    about: 'equity at the start',
    commands: BACKTEST,
  },
  from: {
    kind: day,
    placeholder: 'DATE',
    about: 'first day of the data to trade',
    commands: BACKTEST,
  },
  to: {
    kind: day,
    placeholder: 'DATE',
    about: 'last day of the data to trade',
    commands: BACKTEST,
  },
  latency: {
    kind: duration('0ms', '168h'),
    placeholder: 'TIME',
    default: '0ms',
    about:
      "market time from decision to fill: an order fills at its symbol's first tick from then on, at that price; 0ms: at once",
    commands: BACKTEST,
  },
  sweep: {
    kind: sweepRanges(),
    placeholder: 'NAME=FROM..TO:STEP',
    about: 'try all values of these parameters, such as short=2..20 long=10..200:5, on all cores',
    commands: BACKTEST,
    repeatable: true,
    variadic: true,
  },
  walkForward: {
    kind: walkForward(),
    placeholder: 'train=3y,test=1y',
    about: 'choose the values of --sweep on each training period, and trade the test period after it',
    commands: BACKTEST,
  },
  checkLookahead: {
    kind: flag(),
    default: false,
    about: 'cut the data at random ticks, and check that no order before a cut changes',
    commands: BACKTEST,
  },
  report: {
    kind: path('an HTML file'),
    placeholder: 'FILE',
    default: 'runs/backtest.html',
    about: 'the report, one HTML file that needs no network',
    commands: BACKTEST,
  },
} as const satisfies Record<string, Option>;
