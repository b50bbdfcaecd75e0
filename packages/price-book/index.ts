// The price book in shared memory: one process writes prices and ticks, any number of others read them.

export { AttachedPriceBook, type AttachOptions } from './attached-price-book.ts';
export { BOOK_PREFIX, bookPath, isHeld, requireFreeBook, SHARED_MEMORY_FOLDER } from './book-file.ts';
export { BookLink, type BookLinkHandler } from './book-link.ts';
export { type CounterDefinition, CounterTable } from './counter-table.ts';
export { Counters } from './counters.ts';
export {
  BadSymbolError,
  BookAccessError,
  BookDamagedError,
  BookFullError,
  BookInUseError,
  BookNotFoundError,
  BookSizeError,
  BookTooSmallError,
  BookVersionError,
  EntryBusyError,
  NotABookError,
  PriceBookError,
} from './errors.ts';
export { type FeedPosition, feedPosition } from './feed-position.ts';
export {
  BookState,
  bookShape,
  COUNTER_CAPACITY,
  COUNTER_LINE,
  EntryStatus,
  HEADER,
  LAYOUT_VERSION,
  MAGIC,
  READER_CAPACITY,
  READER_SLOT,
  RING_CAPACITY_MAX,
  RING_SLOT,
  SIZE_FORMULA,
  SYMBOL_CAPACITY_MAX,
  TABLE_ENTRY,
} from './layout.ts';
export { PriceTableWriter, type TableEntry } from './price-table.ts';
export { ReaderMonitor } from './reader-monitor.ts';
export { claimReaderSlot } from './reader-slots.ts';
export { readShape } from './shape-header.ts';
export { SharedPriceBook } from './shared-price-book.ts';
export { type Field, PAGE_BYTES, type Struct } from './struct.ts';
export { TickBatch, TickRun } from './tick-batch.ts';
export { type TickHandler, TickReader } from './tick-reader.ts';
export { sequenceAt, TickRingReader } from './tick-ring.ts';
export { BlockingWaitStrategy, SpinWaitStrategy } from './wait-strategy.ts';
