// The part of the header that never changes: magic, layout version, capacities and regions.

import { CLOCK_ID } from '@tickline/posix';
import type { BookMemory } from './book-memory.ts';
import { BookVersionError, NotABookError } from './errors.ts';
import {
  type BookShape,
  bookShape,
  COUNTER_CAPACITY,
  COUNTER_SETS,
  HEADER,
  LAYOUT_VERSION,
  MAGIC,
  READER_CAPACITY,
  shapeFault,
} from './layout.ts';

/**
 * The shape of the book in a file of `size` bytes that starts with `header`. Any program may have written the file, so
 * each field must have the value that follows from the capacities.
 * @throws NotABookError, BookVersionError
 */
export function readShape(path: string, header: Buffer, size: number): BookShape {
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new NotABookError(path, `it does not start with ${MAGIC}`);
  const version = header.readUInt32LE(HEADER.at.layoutVersion);
  if (version !== LAYOUT_VERSION) throw new BookVersionError(path, LAYOUT_VERSION, version);
  const symbolCapacity = header.readUInt32LE(HEADER.at.symbolCapacity);
  const ringCapacity = header.readUInt32LE(HEADER.at.ringCapacity);
  const fault = shapeFault(symbolCapacity, ringCapacity);
  if (fault) throw new NotABookError(path, fault);
  const shape = bookShape(symbolCapacity, ringCapacity);
  for (const [name, expected] of shapeFields(shape)) {
    const found = header.readUInt32LE(HEADER.at[name]);
    if (found !== expected) throw new NotABookError(path, `${name} is ${found}, expected ${expected}`);
  }
  const totalBytes = Number(header.readBigUInt64LE(HEADER.at.totalBytes));
  if (totalBytes !== shape.totalBytes)
    throw new NotABookError(path, `totalBytes is ${totalBytes}, expected ${shape.totalBytes}`);
  if (size < totalBytes) throw new NotABookError(path, `it has ${size} bytes of ${totalBytes}`);
  return shape;
}

/** Writes what readShape() reads, into a book that has no name yet. */
export function writeShape(memory: BookMemory): void {
  memory.writeText(HEADER.at.magic, MAGIC.length, MAGIC);
  memory.storeU32(HEADER.at.layoutVersion, LAYOUT_VERSION);
  for (const [name, value] of shapeFields(memory.shape)) memory.storeU32(HEADER.at[name], value);
  memory.storeU64(HEADER.at.totalBytes, memory.shape.totalBytes);
  memory.storeU64(HEADER.at.clock, CLOCK_ID);
}

function shapeFields(shape: BookShape): [keyof typeof HEADER.at, number][] {
  return [
    ['headerBytes', HEADER.bytes],
    ['symbolCapacity', shape.symbolCapacity],
    ['symbolOffset', shape.symbolOffset],
    ['tableOffset', shape.tableOffset],
    ['ringCapacity', shape.ringCapacity],
    ['ringOffset', shape.ringOffset],
    ['readerCapacity', READER_CAPACITY],
    ['readerOffset', shape.readerOffset],
    ['counterCapacity', COUNTER_CAPACITY],
    ['counterOffset', shape.counterOffset],
    ['counterSetCapacity', COUNTER_SETS],
    ['counterSetOffset', shape.counterSetOffset],
    ['marketTimeOffset', shape.marketTimeOffset],
  ];
}
