// The options of the price book, for the OrderBook that writes it and the processes that read it.

import { choice, duration, flag, integer, powerOfTwo } from '../option-types.ts';
import { type Option, SYMBOL_COUNT } from './option.ts';

const BOOK_WRITER = ['run', 'orderbook'] as const;

export const ORDERBOOK_OPTIONS = {
  ring: {
    kind: powerOfTwo('a number of ticks', { min: 1024, max: 16_777_216 }),
    placeholder: 'TICKS',
    default: '65536',
    about: 'size of the tick ring in shared memory',
    commands: BOOK_WRITER,
    rare: true,
  },
  symbolCapacity: {
    kind: integer('a number of symbols', SYMBOL_COUNT),
    placeholder: 'N',
    default: '1024',
    about: 'symbols that the price book has room for',
    commands: BOOK_WRITER,
    rare: true,
  },
  staleAfter: {
    kind: duration('1ms', '24h'),
    placeholder: 'TIME',
    default: '5s',
    about: 'age at which a price is stale: the Strategy and the price collar ignore it',
    aboutFor: { gateway: 'delay at which a live trade is too late, and is left out' },
    commands: ['run', 'gateway', 'orderbook', 'strategy', 'order-manager'],
    rare: true,
  },
  extraFields: {
    kind: flag(),
    default: false,
    about: 'also accept SYMBOL,PRICE,ANYTHING* as a tick and NEWS,73* as a sentiment',
    commands: ['orderbook', 'strategy'],
    rare: true,
  },
  wait: {
    kind: choice('block', 'spin'),
    placeholder: 'block|spin',
    default: 'block',
    about: 'block: sleep until a tick comes; spin: lowest latency, but uses a whole core',
    commands: ['run', 'orderbook', 'strategy'],
    rare: true,
  },
} as const satisfies Record<string, Option>;
