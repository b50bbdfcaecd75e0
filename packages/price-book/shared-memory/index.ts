// Shared memory between processes: files of named parts that one process writes and any number read.

// A file and its parts:

export { counters, doorbell, lock, ring, table } from './parts.ts';
export {
  createSharedFile,
  isWritten,
  type OwnedSharedFile,
  openSharedFile,
  type SharedFile,
  sharedPath,
} from './shared-file.ts';

// What is in it:

export type { Doorbell } from './doorbell.ts';
export type { FileLock } from './file-lock.ts';
export type { Readers, Writers } from './opened-parts.ts';
export type { Fields, FieldType, Part, Parts, Row } from './parts.ts';
export type { SharedCounters } from './shared-counters.ts';
export type { RingReader, SharedRing, SharedRingWriter } from './shared-ring.ts';
export type { SharedTable, SharedTableWriter } from './shared-table.ts';

// Errors:

export {
  BadFileNameError,
  BadIndexError,
  BadLayoutError,
  BadValueError,
  HalfWrittenError,
  LayoutMismatchError,
  NoCounterLineError,
  NotASharedFileError,
  ReadOnlyMemoryError,
  SharedFileAccessError,
  SharedFileClosedError,
  SharedFileInUseError,
  SharedFileNotFoundError,
  SharedFileSystemError,
  SharedMemoryError,
} from './errors.ts';
