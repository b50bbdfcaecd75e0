// The options of the Strategy.

import { QUANTITY_MIN } from '../../domain/quantity.ts';
import { choice, decimal, flag, integer, namedValues, path, shares, text } from '../option-types.ts';
import type { Option } from './option.ts';

/** The rules that the Strategy trades by, which the dashboard shows. */
const RULES = ['run', 'strategy', 'dashboard', 'backtest'] as const;

const window = integer('a number of ticks', { min: 1, max: 100_000 });
const sentiment = decimal('a sentiment', { min: 0, max: 100 });

/** The parameters of the crossover that have options of their own. */
export const CROSSOVER_OPTIONS = ['short', 'long', 'bullish', 'bearish', 'quantity'] as const;

export const STRATEGY_OPTIONS = {
  strategy: {
    kind: path('a TypeScript or JavaScript file'),
    placeholder: 'FILE',
    about: 'your own strategy, instead of the built-in crossover',
    aboutFor: { dashboard: 'strategy file of the stack, which the page names' },
    commands: RULES,
  },
  strategyName: {
    kind: text('1 to 64 of letters, digits and . _ -', /^[A-Za-z0-9._-]{1,64}$/),
    placeholder: 'NAME',
    default: 'crossover',
    about: 'name under which orders and positions are recorded',
    aboutFor: { dashboard: 'name of the strategy of the stack' },
    commands: RULES,
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
    about: 'news above this allows a buy',
    commands: RULES,
  },
  bearish: {
    kind: sentiment,
    placeholder: 'SENTIMENT',
    default: '40',
    about: 'news below this allows a sell',
    commands: RULES,
  },
  quantity: {
    kind: shares('a quantity', { min: QUANTITY_MIN, max: 1_000_000 }),
    placeholder: 'N',
    default: '10',
    about: 'shares to hold, long or short',
    aboutFor: { dashboard: 'shares that the strategy of the stack holds, long or short' },
    commands: RULES,
  },
  param: {
    kind: namedValues(),
    placeholder: 'NAME=VALUE',
    about: 'parameter of the strategy, see --strategy FILE --help',
    commands: ['run', 'strategy', 'backtest'],
    repeatable: true,
  },
  outbox: {
    kind: path('a file'),
    placeholder: 'FILE',
    about:
      'file that keeps unanswered orders if the Strategy is killed (default: NAME.outbox, after --strategy-name)',
    commands: ['strategy'],
    rare: true,
  },
  orderPath: {
    kind: choice('tcp', 'shared'),
    placeholder: 'PATH',
    default: 'tcp',
    about:
      'tcp: orders go as JSON to the order port; shared: by a lane in shared memory, for an OrderManager of the same machine, user and stack',
    commands: ['run', 'strategy'],
    rare: true,
  },
  plainOrders: {
    kind: flag(),
    default: false,
    about: 'if the OrderManager answers no logon, count each order as filled when it is sent',
    commands: ['strategy'],
    rare: true,
  },
} as const satisfies Record<string, Option>;
