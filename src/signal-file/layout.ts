// The bytes of a signal file: what one strategy publishes for people, one row per symbol of its price book.
//
//    header │ the declared indicators │ rows
//
// Row i belongs to the symbol with index i, and is guarded by a seqlock like the entries of the price table.

import { array, CACHE_LINE_BYTES, f64, startsLine, struct, text, u32, u64 } from '@tickline/price-book';
import { INDICATOR_NAME_BYTES_MAX, INDICATORS_MAX } from '../domain/strategies/indicators.ts';

export const SIGNAL_MAGIC = 'TICKSIGN';
/** Goes up by one with every change that another version would misread. */
export const SIGNAL_VERSION = 1;
/** Symbols beyond this index are not published. */
export const SIGNAL_ROWS_MAX = 2_048;

export const Scale = { OWN: 0, PRICE: 1 } as const;

export const SIGNAL_HEADER = struct('signal file header', 2 * CACHE_LINE_BYTES, {
  magic: text(8, 'strategy', '`TICKSIGN`'),
  layoutVersion: u32('strategy', `layout version, ${SIGNAL_VERSION}`),
  capacity: u32('strategy', 'rows in the file'),
  totalBytes: u64('strategy', 'file size'),
  bookInode: u64('strategy', 'inode of its price book'),
  startedAt: u64('strategy', 'start on that book, ms since 1970 UTC'),
  pid: u32('strategy', 'process id'),
  indicators: u32('strategy', 'how many are declared'),
  publishedAt: startsLine(u64('strategy', 'last publication, CLOCK_MONOTONIC in ns')),
  rows: u32('strategy', 'rows in use'),
});

export const INDICATOR = struct('indicator', CACHE_LINE_BYTES, {
  name: text(INDICATOR_NAME_BYTES_MAX, 'strategy', 'UTF-8, padded with zero bytes'),
  scale: u32('strategy', '0 own, 1 price'),
});

export const SIGNAL_ROW = struct('signal row', 2 * CACHE_LINE_BYTES, {
  version: u32('strategy', 'odd while the row is being written; 0: never'),
  spare: u32('strategy', 'zero'),
  time: u64('strategy', 'when its last tick left the feed, CLOCK_MONOTONIC in ns'),
  signal: f64('strategy', '1 buy, -1 sell, 0 neutral, NaN none'),
  values: f64('strategy', 'first of 8 values, NaN: none'),
});

const indicators = array(SIGNAL_HEADER.bytes, INDICATOR, INDICATORS_MAX);
const rows = array(indicators.end, SIGNAL_ROW, SIGNAL_ROWS_MAX);
export const INDICATORS_AT = indicators.offset;
export const ROWS_AT = rows.offset;
export const SIGNAL_FILE_BYTES = rows.end;
