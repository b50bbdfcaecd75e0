// The options of the OrderManager: its limits and its record.

import { QUANTITY_MIN } from '../../domain/quantity.ts';
import { DEFAULT_RISK_LIMITS, NOTIONAL_MAX } from '../../domain/risk/risk-limits.ts';
import {
  choice,
  decimal,
  duration,
  flag,
  integer,
  limit,
  onOff,
  path,
  rate,
  shares,
  symbolList,
} from '../option-types.ts';
import { type Option, SYMBOL_COUNT } from './option.ts';

const MANAGER = ['run', 'order-manager'] as const;
const WITH_BACKTEST = [...MANAGER, 'backtest'] as const;
const FILLS = [...WITH_BACKTEST, 'strategy'] as const;

export const ORDER_MANAGER_OPTIONS = {
  maxQuantity: {
    kind: shares('a number of shares', { min: QUANTITY_MIN, max: 1_000_000_000 }),
    placeholder: 'N',
    default: String(DEFAULT_RISK_LIMITS.quantityMax),
    about: 'largest order, in shares',
    commands: WITH_BACKTEST,
  },
  maxNotional: {
    kind: decimal('an amount in USD', { min: 0.01, max: NOTIONAL_MAX }),
    placeholder: 'USD',
    default: String(DEFAULT_RISK_LIMITS.notionalMax),
    about: 'largest order, in USD: quantity times price',
    commands: WITH_BACKTEST,
    rare: true,
  },
  maxPosition: {
    kind: shares('a number of shares', { min: 0, max: 1_000_000_000_000 }),
    placeholder: 'N',
    default: String(DEFAULT_RISK_LIMITS.positionMax),
    about: 'largest position per strategy and symbol, in shares',
    commands: WITH_BACKTEST,
  },
  maxSymbols: {
    kind: integer('a number of symbols', { min: 1, max: SYMBOL_COUNT.max }),
    placeholder: 'N',
    default: String(DEFAULT_RISK_LIMITS.symbolsMax),
    about: 'symbols that a strategy may trade in one record',
    commands: WITH_BACKTEST,
    rare: true,
  },
  maxOrderRate: {
    kind: limit('orders per second', { min: 1, max: 100_000_000 }),
    placeholder: 'N|off',
    default: String(DEFAULT_RISK_LIMITS.ordersPerSecondMax),
    about: 'new orders of a strategy per second, or in one burst',
    commands: MANAGER,
  },
  priceCollar: {
    kind: limit('a percentage', { min: 0.001, max: 100_000 }),
    placeholder: 'PERCENT|off',
    default: 'off',
    about:
      "largest distance of an order's price from the latest price; not for a fast replay, where the latest price is newer than the one behind the order",
    commands: MANAGER,
    rare: true,
  },
  fill: {
    kind: choice('order', 'market'),
    placeholder: 'MODE',
    default: 'order',
    about:
      "order: at the order's price; market: at the price in the book plus slippage, with the order's price as its limit",
    aboutFor: { strategy: 'how the OrderManager fills; with market, orders have room for the slippage' },
    commands: FILLS,
    rare: true,
  },
  feeBps: {
    kind: decimal('basis points', { min: 0, max: 1_000 }),
    placeholder: 'BPS',
    default: '0',
    about: 'fee of each fill, in basis points (0.01 %) of quantity times price',
    commands: WITH_BACKTEST,
    rare: true,
  },
  slippageBps: {
    kind: decimal('basis points', { min: 0, max: 1_000 }),
    placeholder: 'BPS',
    default: '0',
    about: 'with --fill market: basis points by which a fill is worse than the price in the book',
    commands: FILLS,
    rare: true,
  },
  allowedSymbols: {
    kind: symbolList(SYMBOL_COUNT.max),
    placeholder: 'LIST',
    about: 'only orders in these symbols are accepted; without it, in all symbols',
    commands: WITH_BACKTEST,
    rare: true,
  },
  ordersDb: {
    kind: path('an SQLite file'),
    placeholder: 'FILE',
    about: "order record (default: orders.sqlite; for a run: in the run's folder)",
    commands: ['run', 'order-manager', 'orders', 'halt', 'resume'],
    rare: true,
  },
  fsync: {
    kind: onOff(),
    placeholder: 'on|off',
    default: 'on',
    about: 'on: a recorded order survives a power cut; off: a crash of the process, but no power cut',
    commands: MANAGER,
    rare: true,
  },
  journalKeep: {
    kind: duration('0s', '87600h'),
    placeholder: 'TIME',
    default: '168h',
    about: 'how long a full file of the journal is kept after SQLite has its orders, for orders --verify',
    commands: MANAGER,
    rare: true,
  },
  clientRate: {
    kind: rate('messages per second', { min: 1, max: 100_000_000 }),
    placeholder: 'N|max',
    default: '20000',
    about: 'messages per second per client of the order port; a faster client is slowed down',
    commands: MANAGER,
    rare: true,
  },
  quiet: {
    kind: flag(),
    default: false,
    about: 'print no trade confirmations; the log file and the record have them',
    commands: ['run', 'order-manager'],
  },
} as const satisfies Record<string, Option>;
