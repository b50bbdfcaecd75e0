// The exchanges that --source names, and which of them sent a recorded message.

import { BINANCE } from './binance.ts';
import { COINBASE } from './coinbase.ts';
import type { Exchange } from './exchange.ts';
import { KRAKEN } from './kraken.ts';

export const EXCHANGES = { kraken: KRAKEN, coinbase: COINBASE, binance: BINANCE } as const satisfies Record<
  string,
  Exchange
>;
export type ExchangeName = keyof typeof EXCHANGES;

/** The first exchange whose protocol has this message; undefined if none has. */
export function exchangeOf(text: string): Exchange | undefined {
  return Object.values(EXCHANGES).find(({ parse }) => parse(text).every(({ kind }) => kind !== 'malformed'));
}
