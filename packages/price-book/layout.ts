// The layout of the price book's memory. Every offset in the code and every row of docs/shared-memory.md comes from
// here.

import {
  array,
  CACHE_LINE_BYTES,
  f64,
  i32,
  PAGE_BYTES,
  startsLine,
  struct,
  text,
  u32,
  u64,
} from './shared-memory/struct.ts';

/** Goes up by one with every change that a reader of another version would misread. */
export const LAYOUT_VERSION = 3;

/** The first eight bytes of every book. */
export const MAGIC = 'TICKLINE';

// The longest texts, in bytes of ASCII.
export const SYMBOL_BYTES = 32;
export const READER_NAME_BYTES = 32;
export const COUNTER_LABEL_BYTES = 48;
export const PROCESS_NAME_BYTES = 64;

export const HEADER = struct('header', 1024, {
  magic: text(8, 'creator', '`TICKLINE`'),
  layoutVersion: u32('creator', 'version of this layout'),
  headerBytes: u32('creator', 'size of this header'),
  symbolCapacity: u32('creator', 'entries of the symbol table'),
  tableOffset: u32('creator', 'where the symbol table starts'),
  ringCapacity: u32('creator', 'slots of the tick ring, a power of two'),
  ringOffset: u32('creator', 'where the tick ring starts'),
  readerCapacity: u32('creator', 'reader slots'),
  readerOffset: u32('creator', 'where the reader slots start'),
  counterCapacity: u32('creator', 'counters'),
  counterOffset: u32('creator', 'where the counters start'),
  totalBytes: u64('creator', 'size of the whole file'),
  counterSetOffset: u32('creator', 'where the counter sets start'),
  counterSetCapacity: u32('creator', 'counter sets'),

  writerPid: startsLine(i32('writer', 'process id of the writer, 0 if there is none')),
  epoch: u32('writer', 'number of writers so far: 1 for the first, plus 1 for each takeover'),
  state: u32('writer', '0 being created, 1 ready, 2 closed'),
  symbolCount: u32('writer', 'entries of the symbol table in use'),
  feedRun: u64('writer', 'run of the feed that the ticks come from, 0 before the first run'),
  feedRunCursor: u64('writer', '`published` when that run started'),
  feedRunNext: u64('writer', 'sequence number of the first tick of that run that the writer requested'),
  lossless: u32('writer', '1 if the writer waits for the slowest reader'),
  tickTimes: u32('writer', '1 if the feed tells when its ticks leave, by this clock; 0 if that is estimated'),
  clock: u64('writer', 'id of the clock of all times, 0 if it has none: boot and time namespace'),

  heartbeat: startsLine(u64('writer', 'CLOCK_MONOTONIC in ns, four times a second')),

  intent: startsLine(u64('writer', 'ticks written since the file was created, with those being written now')),
  published: u64('writer', 'ticks completely written since the file was created: the publish cursor'),

  futex: startsLine(
    u32(
      'writer, answering process',
      'changes with every batch and answer; readers wait on it, and a reader that wakes up wakes the next',
    ),
  ),

  armed: startsLine(
    u32('readers', '1 if a reader waits and has to be woken, 2 if several may, 3 while they wake each other'),
  ),

  marketTimeOffset: startsLine(u32('creator', 'where the market times of the ticks in the ring start')),
  symbolOffset: u32('creator', 'where the symbols of the table start'),

  requests: startsLine(
    u32('readers', 'changes with every request of a reader to the process that answers them'),
  ),

  requestsArmed: startsLine(u32('answering process', '1 if it waits and has to be woken')),

  shardCursor: startsLine(u64('writer', '`published` before the last message of a shard was applied')),
  openShard: u32('writer', 'the shard of that message'),
  shards: startsLine(text(8 * 32, 'writer', '8 shard positions, if the ticks come through NATS')),
});

/** Where the book is in a stream of ticks: row i of `shards` belongs to shard i. */
export const SHARD_POSITION = struct('shard position', 32, {
  run: u64('writer', 'run of the Gateway, 0 if there is none'),
  next: u64('writer', 'number of the first tick of the shard that the book does not have'),
  created: u64('writer', 'when the stream was made, ms since 1970 UTC'),
  streamSequence: u64('writer', 'sequence of the last message of the stream that the book has'),
});

export const EntryStatus = { EMPTY: 0, LIVE: 1, STALE: 2 } as const;
export type EntryStatus = (typeof EntryStatus)[keyof typeof EntryStatus];

export const BookState = { MAKING: 0, READY: 1, CLOSED: 2 } as const;

/** A column beside the table, so that an entry stays one cache line: row i belongs to entry i. */
export const SYMBOL_NAME = struct('symbol', SYMBOL_BYTES, {
  symbol: text(SYMBOL_BYTES, 'writer', 'symbol, ASCII, padded with zero bytes'),
});

export const TABLE_ENTRY = struct('symbol table entry', CACHE_LINE_BYTES, {
  version: u32('writer', 'odd while the entry is being written'),
  status: u32('writer', '0 no price yet, 1 live, 2 stale'),
  price: f64('writer', 'latest price, USD; finite and above zero unless the status is 0'),
  sequence: u64('writer', 'sequence number of the tick in the run of the feed, 0 from a snapshot'),
  time: u64('writer', 'when the tick left its feed, CLOCK_MONOTONIC in ns'),
  updates: u64('writer', 'number of times that the price was written'),
});

export const RING_SLOT = struct('tick ring slot', 32, {
  sequence: u64('writer', 'sequence number of the tick in the run of the feed'),
  symbol: u32('writer', 'index of the symbol in the table'),
  reserved: u32('writer', 'zero; otherwise the slot holds no tick'),
  price: f64('writer', 'price, USD'),
  time: u64('writer', 'when the tick left its feed, CLOCK_MONOTONIC in ns'),
});

/** A column beside the ring, so that a slot stays half a cache line: row i belongs to slot i. */
export const MARKET_TIME = struct('market time', 8, {
  timeMs: f64(
    'writer',
    'when the tick was made, ms since 1970 UTC, by its data; NaN if the writer does not know',
  ),
});

export const READER_SLOT = struct('reader slot', 2 * CACHE_LINE_BYTES, {
  pid: i32('reader', 'process id of the reader, 0 if the slot is free'),
  required: u32('reader', '1 if a lossless writer never evicts this reader'),
  cursor: u64('reader', 'ticks that this reader has processed, counted like `published`'),
  heartbeat: u64('reader', 'CLOCK_MONOTONIC in ns'),
  lapped: u64('reader', 'ticks that were overwritten before this reader reached them'),
  name: startsLine(text(READER_NAME_BYTES, 'reader', 'name of the reader, ASCII')),
});

export const COUNTER_LINE = struct('counter', CACHE_LINE_BYTES, {
  id: u32('creator', 'id of the counter'),
  spare: u32('creator', 'zero'),
  value: f64('owner', 'value; whole numbers are exact up to 2^53'),
  label: text(COUNTER_LABEL_BYTES, 'creator', '`process.counter`, ASCII'),
});

/** The counters of one of several processes of a kind. Set 0 only has the name of the one that counts in the counters above. */
export const COUNTER_SET = struct('counter set', 2048, {
  name: text(PROCESS_NAME_BYTES, 'owner', 'name of the process, ASCII; empty if the set was never used'),
  values: startsLine(
    f64('owner', 'the first of its values: one for each counter of its kind, in the order of their ids'),
  ),
});
/** Values that fit into a set. */
export const COUNTER_SET_VALUES = (COUNTER_SET.bytes - COUNTER_SET.at.values) >> 3;

export const COUNTER_SETS = 8;
export const READER_CAPACITY = 32;
export const COUNTER_CAPACITY = 256;
export const SYMBOL_CAPACITY_MAX = 2 ** 20;
export const RING_CAPACITY_MAX = 2 ** 24;

/** The capacities of a book, and where its regions start, in bytes. */
export interface BookShape {
  readonly symbolCapacity: number;
  readonly ringCapacity: number;
  readonly symbolOffset: number;
  readonly tableOffset: number;
  readonly ringOffset: number;
  readonly marketTimeOffset: number;
  readonly readerOffset: number;
  readonly counterOffset: number;
  readonly counterSetOffset: number;
  readonly totalBytes: number;
}

/** Why no book can have this size, as a clause; undefined if one can. */
export function shapeFault(symbolCapacity: number, ringCapacity: number): string | undefined {
  if (!isWithin(symbolCapacity, SYMBOL_CAPACITY_MAX))
    return `its symbol capacity is ${symbolCapacity}, expected 1 to ${SYMBOL_CAPACITY_MAX}`;
  if (!isWithin(ringCapacity, RING_CAPACITY_MAX) || (ringCapacity & (ringCapacity - 1)) !== 0)
    return `its ring capacity is ${ringCapacity}, expected a power of two up to ${RING_CAPACITY_MAX}`;
  return undefined;
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

/**
 * The regions in their order, each at the start of a page.
 * @param symbolCapacity entries of the symbol table
 * @param ringCapacity ticks that the ring holds, a power of two
 */
export function bookShape(symbolCapacity: number, ringCapacity: number): BookShape {
  const readers = array(HEADER.bytes, READER_SLOT, READER_CAPACITY);
  const counters = array(readers.end, COUNTER_LINE, COUNTER_CAPACITY);
  const sets = array(counters.end, COUNTER_SET, COUNTER_SETS);
  const names = array(sets.end, SYMBOL_NAME, symbolCapacity);
  const table = array(names.end, TABLE_ENTRY, symbolCapacity);
  const ring = array(table.end, RING_SLOT, ringCapacity);
  const marketTimes = array(ring.end, MARKET_TIME, ringCapacity);
  return {
    symbolCapacity,
    ringCapacity,
    readerOffset: readers.offset,
    counterOffset: counters.offset,
    counterSetOffset: sets.offset,
    symbolOffset: names.offset,
    tableOffset: table.offset,
    ringOffset: ring.offset,
    marketTimeOffset: marketTimes.offset,
    totalBytes: marketTimes.end,
  };
}

/** The size of the file of a book. */
export function bookBytes(symbolCapacity: number, ringCapacity: number): number {
  return bookShape(symbolCapacity, ringCapacity).totalBytes;
}

/** bookBytes() of N symbols and 2^k ticks, as a formula to read. Smaller rings than a page need padding besides. */
export const BOOK_BYTES_FORMULA = `${bookShape(1, 1).symbolOffset} + roundUp(${SYMBOL_NAME.bytes} * N, ${PAGE_BYTES}) + roundUp(${TABLE_ENTRY.bytes} * N, ${PAGE_BYTES}) + ${RING_SLOT.bytes + MARKET_TIME.bytes} * 2^k`;
