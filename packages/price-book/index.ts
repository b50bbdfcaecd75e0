// A price book in shared memory: one process writes prices and ticks, any number of others read them.

// A book that the first process writes and the others read:

export { SharedPriceBook } from './shared-price-book.ts';

// The book of its writer:

export { type BookOptions, PriceBookWriter } from './price-book-writer.ts';
export { PriceTableWriter } from './price-table.ts';
export { ReaderMonitor } from './reader-monitor.ts';

// The book of a reader:

export { AttachedPriceBook, type AttachOptions } from './attached-price-book.ts';
export { BookLink, type BookLinkHandler } from './book-link.ts';

// Prices:

export { EntryStatus } from './layout.ts';
export type { TableEntry } from './price-table.ts';

// Ticks:

export type { FeedPosition } from './feed-position.ts';
export type { ShardPosition } from './shard-positions.ts';
export { TickBatch, TickRun } from './tick-batch.ts';
export { type TickHandler, TickReader } from './tick-reader.ts';
export { TickRingReader } from './tick-ring.ts';
export { BlockingWaitStrategy, SpinWaitStrategy } from './wait-strategy.ts';

// Counters of the processes that share a book:

export { type CounterDefinition, CounterTable } from './counter-table.ts';
export { Counters, type NamedProcess, type ProcessCounts } from './counters.ts';

// Files and their sizes:

export { bookFiles, bookPath, isHeld, isSoundBook, requireFreeBook } from './book-file.ts';
export { BOOK_BYTES_FORMULA, bookBytes } from './layout.ts';
export { draftPath, WRITER_RANGE } from './shared-memory/owned-file.ts';

// For other files in shared memory:

export { MappedMemory } from './shared-memory/mapped-memory.ts';
export { loadFence } from './shared-memory/ordering.ts';
export { RehearsedDoorbell } from './shared-memory/rehearsed-doorbell.ts';
export {
  array,
  CACHE_LINE_BYTES,
  type Field,
  f64,
  type Struct,
  startsLine,
  struct,
  text,
  u32,
  u64,
} from './shared-memory/struct.ts';

// Errors:

export {
  BadPriceError,
  BadSymbolError,
  BookAccessError,
  BookClockError,
  BookDamagedError,
  BookFullError,
  BookInUseError,
  BookNotFoundError,
  BookSizeError,
  BookSystemError,
  BookTooSmallError,
  BookVersionError,
  CounterTableError,
  EntryBusyError,
  NoReaderSlotError,
  NotABookError,
  PriceBookError,
  ReadOnlyBookError,
  SymbolListError,
  UnknownSymbolError,
} from './errors.ts';
