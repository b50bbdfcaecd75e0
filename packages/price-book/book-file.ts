// Finds, checks, creates, locks and removes the file of a price book in /dev/shm.

import fs from 'node:fs';
import { allocateBlocks, CLOCK_ID, freeBlocks, mapShared, PosixError, releaseMapping } from '@tickline/posix';
import { contentFault } from './book-damage.ts';
import { BookMemory } from './book-memory.ts';
import {
  BookAccessError,
  BookClockError,
  BookInUseError,
  BookNotFoundError,
  BookSystemError,
  BookTooSmallError,
  NotABookError,
  PriceBookError,
} from './errors.ts';
import { type BookShape, HEADER } from './layout.ts';
import { readShape, writeShape } from './shape-header.ts';
import {
  type FileKind,
  isFileHeld,
  mapFile,
  type OwnedFile,
  ownFile,
  SHARED_MEMORY_FOLDER,
  writerOf,
} from './shared-memory/owned-file.ts';

/** The names of all books start with this. */
const BOOK_PREFIX = 'tickline-';

/** The book's file: `/dev/shm/tickline-<name>`. */
export function bookPath(name: string): string {
  return `${SHARED_MEMORY_FOLDER}/${BOOK_PREFIX}${name}`;
}

/**
 * The paths of a book's file, and of drafts that writers left when they were killed; those of all books if `name` is
 * left out. Only files of this user: anyone may create others.
 */
export function bookFiles(name?: string, folder = SHARED_MEMORY_FOLDER): string[] {
  const file = `${BOOK_PREFIX}${name}`;
  return fs
    .readdirSync(folder)
    .filter((found) => found.startsWith(BOOK_PREFIX))
    .filter((found) => name === undefined || found === file || found.startsWith(`${file}.`))
    .map((found) => `${folder}/${found}`)
    .filter((path) => fs.lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.());
}

/** A book whose lock this process holds. */
export type OwnedBook = OwnedFile<BookMemory>;

/** Frees the blocks of table and ring, which readers map: they read zeros there. @throws BookSystemError */
export function freeTicks({ fd, memory }: OwnedBook): void {
  const { symbolOffset, totalBytes } = memory.shape; // readers keep counting and showing themselves in the pages before
  try {
    freeBlocks(fd, symbolOffset, totalBytes - symbolOffset);
  } catch (error) {
    throw error instanceof PosixError ? new BookSystemError(memory.path, error) : error;
  }
}

/**
 * Maps an existing book.
 * @throws BookNotFoundError, BookAccessError, NotABookError, BookVersionError, BookSystemError
 */
export function openBook(name: string, writable: boolean): BookMemory {
  return mapFile(bookPath(name), BOOK, writable);
}

/**
 * Creates the book, or takes over the one that a dead writer left, with its shape.
 * @throws BookInUseError if a live process writes it; BookTooSmallError if `symbolCount` does not fit;
 *   BookSystemError when /dev/shm is full; and what openBook() throws
 */
export function ownBook(name: string, shape: BookShape, symbolCount: number): OwnedBook {
  return ownFile(bookPath(name), {
    ...BOOK,
    create: (path, fd) => createBook(path, fd, shape),
    requireSound(memory) {
      const fault = contentFault(memory);
      if (fault) throw new NotABookError(memory.path, fault);
      if (memory.shape.symbolCapacity < symbolCount)
        throw new BookTooSmallError(memory.path, memory.shape.symbolCapacity, symbolCount);
    },
  });
}

/**
 * Checks that no live process writes a book of this name. Looks at the lock without taking it: a writer that is just
 * starting must not be refused because of a look.
 * @throws BookInUseError, BookAccessError, BookSystemError
 */
export function requireFreeBook(name: string): void {
  const writerPid = writerOf(bookPath(name), BOOK);
  if (writerPid !== undefined) throw new BookInUseError(bookPath(name), writerPid);
}

/** Whether a live writer holds the lock of a file. Takes no lock. @throws BookNotFoundError, BookAccessError, BookSystemError */
export function isHeld(path: string): boolean {
  return isFileHeld(path, BOOK);
}

/** Whether a file is a book that a writer of this version could take over, apart from its size. */
export function isSoundBook(path: string): boolean {
  try {
    const memory = mapFile(path, BOOK, false);
    const fault = contentFault(memory);
    releaseMapping(memory.bytes.buffer);
    return fault === undefined;
  } catch (error) {
    if (error instanceof PriceBookError) return false;
    throw error;
  }
}

const BOOK: FileKind<BookMemory> = {
  notFound: (path, cause) => new BookNotFoundError(path, cause),
  access: (path, found, options) => new BookAccessError(path, found, options),
  system: (path, cause) => new BookSystemError(path, cause),
  inUse: (path, writerPid) => new BookInUseError(path, writerPid),
  map: mapBook,
  writerPidOf: (fd) => readHeader(fd).readInt32LE(HEADER.at.writerPid),
};

function mapBook(path: string, fd: number, writable: boolean): BookMemory {
  const { size, ino: inode } = fs.fstatSync(fd);
  if (size < HEADER.bytes) throw new NotABookError(path, `it has ${size} bytes, less than a header`);
  const shape = readShape(path, readHeader(fd), size);
  const buffer = mapShared(fd, shape.totalBytes, writable);
  const memory = new BookMemory({ path, inode, writable }, buffer, shape);
  requireClock(memory);
  return memory;
}

function createBook(path: string, fd: number, shape: BookShape): BookMemory {
  allocateBlocks(fd, shape.totalBytes);
  const { ino: inode } = fs.fstatSync(fd);
  const buffer = mapShared(fd, shape.totalBytes, true);
  const memory = new BookMemory({ path, inode, writable: true }, buffer, shape);
  writeShape(memory);
  return memory;
}

/** @throws BookClockError */
function requireClock(memory: BookMemory): void {
  const clock = memory.loadU64(HEADER.at.clock);
  if (clock !== 0 && clock !== CLOCK_ID) throw new BookClockError(memory.path);
}

function readHeader(fd: number): Buffer {
  const header = Buffer.alloc(HEADER.bytes);
  fs.readSync(fd, header, 0, HEADER.bytes, 0);
  return header;
}
