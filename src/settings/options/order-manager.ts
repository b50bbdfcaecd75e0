// The options of the OrderManager: its limits and its record.

import { DEFAULT_RISK_LIMITS } from '../../domain/risk/risk-limits.ts';
import { decimal, flag, integer, limit, onOff, path, rate, symbolList } from '../option-types.ts';
import { type Option, SYMBOL_COUNT } from './option.ts';

const MANAGER = ['run', 'order-manager'] as const;

export const ORDER_MANAGER_OPTIONS = {
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
    kind: symbolList(SYMBOL_COUNT.max),
    placeholder: 'SYMBOL,...',
    about: 'orders in these symbols only; in all when not given',
    commands: MANAGER,
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
  quiet: {
    kind: flag(),
    default: false,
    about: 'print no trade confirmations; the log file and the record have them',
    commands: ['run', 'order-manager'],
  },
} as const satisfies Record<string, Option>;
