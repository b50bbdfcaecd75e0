// Finds, checks, creates, locks and removes the file in /dev/shm that a price book lives in.

import fs from 'node:fs';
import { codeOf } from '../system/errors.ts';
import { allocateBlocks, flockExclusive, mapShared } from '../system/libc.ts';
import { BookMemory } from './book-memory.ts';
import {
  BookAccessError,
  BookInUseError,
  BookNotFoundError,
  BookTooSmallError,
  BookVersionError,
  NotABookError,
} from './errors.ts';
import {
  type BookShape,
  bookShape,
  COUNTER_CAPACITY,
  HEADER,
  LAYOUT_VERSION,
  MAGIC,
  READER_CAPACITY,
} from './layout.ts';

/** Where POSIX shared memory lives on Linux. */
export const SHARED_MEMORY_FOLDER = '/dev/shm';
/** Every file of ours there starts like this. */
export const BOOK_PREFIX = 'tickline-';

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
const OWNER_ONLY = 0o600;
// Two starts at once may each lose one race: against the other's creation, and against its end.
const ATTEMPTS_MAX = 10;

/** The book's file: `/dev/shm/tickline-<name>`. */
export function bookPath(name: string): string {
  return `${SHARED_MEMORY_FOLDER}/${BOOK_PREFIX}${name}`;
}

/** A book held by its writer. */
export interface OwnedBook {
  readonly memory: BookMemory;
  /** Whether a dead writer left it. */
  readonly takenOver: boolean;
  /** Drops the lock and removes the file; readers keep what they mapped. */
  remove(): void;
}

/**
 * Maps an existing book.
 * @throws BookNotFoundError, BookAccessError, NotABookError, BookVersionError
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
 * Makes the book, or takes over the one that a dead writer left, with its shape as it is.
 * @throws BookInUseError when a live process writes it; BookTooSmallError when `symbolCount` does not fit;
 *   SystemCallError when /dev/shm is full; and whatever openBook throws
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
  if (!fs.existsSync(path)) return undefined;
  const fd = openFile(path, O_RDWR);
  try {
    if (!flockExclusive(fd)) throw new BookInUseError(path, writerPidOf(fd));
    if (fs.fstatSync(fd).nlink === 0) {
      fs.closeSync(fd); // its writer removed it between our open and our lock
      return undefined;
    }
    const memory = mapBook(path, fd, true);
    if (memory.shape.symbolCapacity < symbolCount) {
      throw new BookTooSmallError(path, memory.shape.symbolCapacity, symbolCount);
    }
    return { memory, takenOver: true, remove: () => removeBook(path, fd) };
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

/**
 * Makes the book under another name, complete and locked, and gives it its name last, so that nobody ever
 * opens half a book. A link and not a rename: a rename would replace the book of a live writer.
 */
function create(path: string, shape: BookShape): OwnedBook | undefined {
  const draft = `${path}.${process.pid}.new`;
  fs.rmSync(draft, { force: true });
  const fd = openFile(draft, O_RDWR | O_CREAT | O_EXCL);
  try {
    allocateBlocks(fd, shape.totalBytes);
    flockExclusive(fd);
    const memory = new BookMemory(path, mapShared(fd, shape.totalBytes, true), shape, true);
    writeShape(memory);
    fs.linkSync(draft, path);
    return { memory, takenOver: false, remove: () => removeBook(path, fd) };
  } catch (error) {
    fs.closeSync(fd);
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function removeBook(path: string, fd: number): void {
  const ours = fs.fstatSync(fd).ino;
  const there = fs.statSync(path, { throwIfNoEntry: false });
  if (there?.ino === ours) fs.rmSync(path, { force: true });
  fs.closeSync(fd);
}

function openFile(path: string, flags: number): number {
  try {
    return fs.openSync(path, flags | O_NOFOLLOW, OWNER_ONLY);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && !(flags & O_CREAT)) throw new BookNotFoundError(path, error);
    if (codeOf(error) === 'EEXIST') throw error;
    const found = codeOf(error) === 'ELOOP' ? 'it is a link' : (codeOf(error) ?? 'it cannot be opened');
    throw new BookAccessError(path, found, { cause: error });
  }
}

/** Checks the header before anything is mapped: a file that is too short would kill its reader with SIGBUS. */
function mapBook(path: string, fd: number, writable: boolean): BookMemory {
  const stat = fs.fstatSync(fd);
  if (!stat.isFile()) throw new BookAccessError(path, 'it is not a file');
  if (process.getuid && stat.uid !== process.getuid())
    throw new BookAccessError(path, `it belongs to user ${stat.uid}`);
  if (stat.size < HEADER.bytes)
    throw new NotABookError(path, `it has ${stat.size} bytes, less than a header`);
  const shape = readShape(path, fd, stat.size);
  return new BookMemory(path, mapShared(fd, shape.totalBytes, writable), shape, writable);
}

function readHeader(fd: number): Buffer {
  const header = Buffer.alloc(HEADER.bytes);
  fs.readSync(fd, header, 0, HEADER.bytes, 0);
  return header;
}

function readShape(path: string, fd: number, size: number): BookShape {
  const header = readHeader(fd);
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new NotABookError(path, `it does not start with ${MAGIC}`);
  const version = header.readUInt32LE(HEADER.at.layoutVersion);
  if (version !== LAYOUT_VERSION) throw new BookVersionError(path, LAYOUT_VERSION, version);
  const shape = bookShape(
    header.readUInt32LE(HEADER.at.symbolCapacity),
    header.readUInt32LE(HEADER.at.ringCapacity),
  );
  for (const [name, expected] of shapeFields(shape)) {
    const found = header.readUInt32LE(HEADER.at[name]);
    if (found !== expected) throw new NotABookError(path, `${name} is ${found}, expected ${expected}`);
  }
  if (!isPowerOfTwo(shape.ringCapacity))
    throw new NotABookError(path, `ringCapacity is ${shape.ringCapacity}`);
  if (size < shape.totalBytes) throw new NotABookError(path, `it has ${size} bytes of ${shape.totalBytes}`);
  return shape;
}

function writeShape(memory: BookMemory): void {
  memory.writeText(HEADER.at.magic, MAGIC.length, MAGIC);
  memory.storeU32(HEADER.at.layoutVersion, LAYOUT_VERSION);
  for (const [name, value] of shapeFields(memory.shape)) memory.storeU32(HEADER.at[name], value);
  memory.storeU64(HEADER.at.totalBytes, memory.shape.totalBytes);
}

function shapeFields(shape: BookShape): [keyof typeof HEADER.at, number][] {
  return [
    ['headerBytes', HEADER.bytes],
    ['symbolCapacity', shape.symbolCapacity],
    ['tableOffset', shape.tableOffset],
    ['ringCapacity', shape.ringCapacity],
    ['ringOffset', shape.ringOffset],
    ['readerCapacity', READER_CAPACITY],
    ['readerOffset', shape.readerOffset],
    ['counterCapacity', COUNTER_CAPACITY],
    ['counterOffset', shape.counterOffset],
  ];
}

function writerPidOf(fd: number): number {
  return readHeader(fd).readInt32LE(HEADER.at.writerPid);
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}
