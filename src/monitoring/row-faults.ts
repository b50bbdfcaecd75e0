// Why rows of a file are skipped: in words of the summary, each with its counter.

import type { CounterName } from './counter-table.ts';

/** Of files of prices, and of feeds that are files. */
export const PRICE_FAULTS = {
  'no price': 'gateway.rowsNoPrice',
  'price not a number': 'gateway.rowsPriceNoNumber',
  'price negative': 'gateway.rowsPriceNegative',
  'price zero': 'gateway.rowsPriceZero',
  'price too high, too low or too fine': 'gateway.rowsPriceBeyond',
  'no time': 'gateway.rowsNoTime',
  'time not valid or unclear': 'gateway.rowsBadTime',
  'symbol not valid': 'gateway.rowsBadSymbol',
  'too many symbols': 'gateway.rowsManySymbols',
  'too many fields': 'gateway.rowsManyFields',
  'no line end': 'gateway.rowsNoLineEnd',
} as const satisfies Record<string, CounterName>;

/** Of files of news. */
export const NEWS_FAULTS = {
  'no sentiment': 'gateway.newsNoValue',
  'sentiment not a number': 'gateway.newsNoNumber',
  'sentiment not a whole number': 'gateway.newsFraction',
  'sentiment out of range': 'gateway.newsBeyond',
  'no line end': 'gateway.newsNoLineEnd',
} as const satisfies Record<string, CounterName>;

export type PriceFaultName = keyof typeof PRICE_FAULTS;
export type NewsFaultName = keyof typeof NEWS_FAULTS;
export type RowFault = PriceFaultName | NewsFaultName;

/** Rows skipped by fault; only those that occurred. */
export type FaultCounts = Readonly<Partial<Record<RowFault, number>>>;

/** @param faults PRICE_FAULTS or NEWS_FAULTS */
export function faultCounts(
  faults: Readonly<Record<string, CounterName>>,
  count: (name: CounterName) => number,
): FaultCounts {
  const counts = Object.entries(faults).map(([fault, name]) => [fault, count(name)] as const);
  return Object.fromEntries(counts.filter(([, rows]) => rows > 0));
}
