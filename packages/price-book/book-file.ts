// Finds, checks, creates, locks and removes the file of a price book in /dev/shm.

import fs from 'node:fs';
import {
  allocateBlocks,
  CLOCK_ID,
  freeBlocks,
  isRangeLocked,
  lockRange,
  mapShared,
  PosixError,
  unlockRange,
} from '@tickline/posix';
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
} from './errors.ts';
import { type BookShape, HEADER } from './layout.ts';
import { readShape, writeShape } from './shape-header.ts';

/** Where Linux keeps POSIX shared memory. */
const SHARED_MEMORY_FOLDER = '/dev/shm';
/** The names of all books start with this. */
const BOOK_PREFIX = 'tickline-';

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
const OWNER_ONLY = 0o600;
/** A byte beyond every book. The writer locks it, and others can ask for the lock without taking it. */
export const WRITER_RANGE = { start: 2 ** 50, length: 1 };
// Of two writers that start at the same time, each may lose one race: to the other's creation, and to its exit.
const ATTEMPTS_MAX = 10;

/** The book's file: `/dev/shm/tickline-<name>`. */
export function bookPath(name: string): string {
  return `${SHARED_MEMORY_FOLDER}/${BOOK_PREFIX}${name}`;
}

/**
 * The paths of a book's file, and of drafts that writers left when they were killed; those of all books if `name` is
 * left out.
 */
export function bookFiles(name?: string, folder = SHARED_MEMORY_FOLDER): string[] {
  const file = `${BOOK_PREFIX}${name}`;
  return fs
    .readdirSync(folder)
    .filter((found) => found.startsWith(BOOK_PREFIX))
    .filter((found) => name === undefined || found === file || found.startsWith(`${file}.`))
    .map((found) => `${folder}/${found}`);
}

/** A book whose lock this process holds. */
export interface OwnedBook {
  readonly memory: BookMemory;
  /** Whether a dead writer had left it. */
  readonly takenOver: boolean;
  /** Whether the file still has its name. */
  readonly named: boolean;
  /** Releases the lock and removes the file; the mappings of readers stay. */
  remove(): void;
  /** Frees the blocks of table and ring, which readers map: they read zeros there. @throws BookSystemError */
  free(): void;
  /** Releases the lock, and removes the file only if this process created it: for a start that fails. */
  abandon(): void;
}

/**
 * Maps an existing book.
 * @throws BookNotFoundError, BookAccessError, NotABookError, BookVersionError, BookSystemError
 */
export function openBook(name: string, writable: boolean): BookMemory {
  const path = bookPath(name);
  const fd = openFile(path, writable ? O_RDWR : O_RDONLY);
  try {
    return mapBook(path, fd, writable);
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Creates the book, or takes over the one that a dead writer left, with its shape.
 * @throws BookInUseError if a live process writes it; BookTooSmallError if `symbolCount` does not fit;
 *   BookSystemError when /dev/shm is full; and what openBook() throws
 */
export function ownBook(name: string, shape: BookShape, symbolCount: number): OwnedBook {
  const path = bookPath(name);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const owned = takeOver(path, symbolCount) ?? create(path, shape);
    if (owned) return owned;
  }
  throw new BookAccessError(path, 'it appeared and disappeared while it was being opened');
}

function takeOver(path: string, symbolCount: number): OwnedBook | undefined {
  const fd = openIfThere(path);
  if (fd === undefined) return undefined;
  try {
    if (!lock(path, fd)) throw new BookInUseError(path, writerPidOf(fd));
    if (!isAt(path, fd)) {
      releaseAndClose(fd); // its writer removed it before this process had the lock
      return undefined;
    }
    const memory = mapBook(path, fd, true);
    const fault = contentFault(memory);
    if (fault) throw new NotABookError(path, fault);
    if (memory.shape.symbolCapacity < symbolCount) {
      throw new BookTooSmallError(path, memory.shape.symbolCapacity, symbolCount);
    }
    return owned(path, fd, memory, true);
  } catch (error) {
    releaseAndClose(fd);
    throw error;
  }
}

/**
 * Creates the book under another name, complete and locked, and links it to its name last, so that no process opens half a
 * book. A rename would replace the book of a live writer; a link fails if the name is taken.
 */
function create(path: string, shape: BookShape): OwnedBook | undefined {
  const draft = `${path}.${process.pid}.new`;
  fs.rmSync(draft, { force: true });
  const fd = openFile(draft, O_RDWR | O_CREAT | O_EXCL);
  try {
    allocateBlocks(fd, shape.totalBytes);
    lock(path, fd);
    const { ino: inode } = fs.fstatSync(fd);
    const buffer = mapShared(fd, shape.totalBytes, true);
    const memory = new BookMemory({ path, inode, writable: true }, buffer, shape);
    writeShape(memory);
    fs.linkSync(draft, path);
    return owned(path, fd, memory, false);
  } catch (error) {
    fs.closeSync(fd);
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw asBookError(path, error);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function owned(path: string, fd: number, memory: BookMemory, takenOver: boolean): OwnedBook {
  const remove = () => removeBook(path, fd);
  return {
    memory,
    takenOver,
    get named() {
      return isAt(path, fd);
    },
    remove,
    free: () => freeTicks(path, fd, memory.shape),
    abandon: takenOver ? () => releaseAndClose(fd) : remove,
  };
}

/** Readers keep counting and showing themselves in the pages before the table. */
function freeTicks(path: string, fd: number, { symbolOffset, totalBytes }: BookShape): void {
  try {
    freeBlocks(fd, symbolOffset, totalBytes - symbolOffset);
  } catch (error) {
    throw asBookError(path, error);
  }
}

function removeBook(path: string, fd: number): void {
  if (isAt(path, fd)) fs.rmSync(path, { force: true });
  releaseAndClose(fd);
}

/** Releases the lock, if this descriptor holds it. */
function releaseAndClose(fd: number): void {
  unlockRange(fd, WRITER_RANGE); // its mapping would keep the lock
  fs.closeSync(fd);
}

/** Whether the open file still has its name. */
function isAt(path: string, fd: number): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false })?.ino === fs.fstatSync(fd).ino;
}

function openIfThere(path: string): number | undefined {
  try {
    return openFile(path, O_RDWR);
  } catch (error) {
    if (error instanceof BookNotFoundError) return undefined;
    throw error;
  }
}

/** Opens without following a link, and without blocking if a pipe has the name. */
function openFile(path: string, flags: number): number {
  try {
    return fs.openSync(path, flags | O_NOFOLLOW | O_NONBLOCK, OWNER_ONLY);
  } catch (error) {
    const { code = 'it cannot be opened' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !(flags & O_CREAT)) throw new BookNotFoundError(path, error);
    if (code === 'EEXIST') throw error;
    const found = code === 'ELOOP' ? 'it is a link' : code;
    throw new BookAccessError(path, found, { cause: error });
  }
}

/** Checks the header before it maps anything: a file that is too short would kill its reader with SIGBUS. */
function mapBook(path: string, fd: number, writable: boolean): BookMemory {
  const stat = fs.fstatSync(fd);
  if (!stat.isFile()) throw new BookAccessError(path, 'it is not a file');
  if (process.getuid && stat.uid !== process.getuid())
    throw new BookAccessError(path, `it belongs to user ${stat.uid}`);
  if (stat.size < HEADER.bytes)
    throw new NotABookError(path, `it has ${stat.size} bytes, less than a header`);
  const shape = readShape(path, readHeader(fd), stat.size);
  try {
    const buffer = mapShared(fd, shape.totalBytes, writable);
    const memory = new BookMemory({ path, inode: stat.ino, writable }, buffer, shape);
    requireClock(memory);
    return memory;
  } catch (error) {
    throw asBookError(path, error);
  }
}

/** @throws BookClockError */
function requireClock(memory: BookMemory): void {
  const clock = memory.loadU64(HEADER.at.clock);
  if (clock !== 0 && clock !== CLOCK_ID) throw new BookClockError(memory.path);
}

/** Whether this process has the writer's lock now: false when another has it. @throws BookSystemError */
function lock(path: string, fd: number): boolean {
  try {
    return lockRange(fd, WRITER_RANGE, 'exclusive');
  } catch (error) {
    throw asBookError(path, error);
  }
}

function asBookError(path: string, thrown: unknown): unknown {
  return thrown instanceof PosixError ? new BookSystemError(path, thrown) : thrown;
}

function readHeader(fd: number): Buffer {
  const header = Buffer.alloc(HEADER.bytes);
  fs.readSync(fd, header, 0, HEADER.bytes, 0);
  return header;
}

/** The process id in the header: 0 while the writer is starting. */
function writerPidOf(fd: number): number {
  return readHeader(fd).readInt32LE(HEADER.at.writerPid);
}

/**
 * Checks that no live process writes a book of this name. Looks at the lock without taking it: a writer that is just
 * starting must not be refused because of a look.
 * @throws BookInUseError, BookAccessError, BookSystemError
 */
export function requireFreeBook(name: string): void {
  const path = bookPath(name);
  const fd = openIfThere(path);
  if (fd === undefined) return;
  try {
    if (isLocked(path, fd)) throw new BookInUseError(path, writerPidOf(fd));
  } finally {
    fs.closeSync(fd);
  }
}

/** Whether a live writer holds the lock of a file. Takes no lock. @throws BookNotFoundError, BookAccessError, BookSystemError */
export function isHeld(path: string): boolean {
  const fd = openFile(path, O_RDONLY);
  try {
    return isLocked(path, fd);
  } finally {
    fs.closeSync(fd);
  }
}

function isLocked(path: string, fd: number): boolean {
  try {
    return isRangeLocked(fd, WRITER_RANGE);
  } catch (error) {
    throw asBookError(path, error);
  }
}
