// How a file with named parts is checked, mapped and created.

import fs from 'node:fs';
import { allocateBlocks, mapShared } from '@tickline/posix';
import {
  LayoutMismatchError,
  NotASharedFileError,
  SharedFileAccessError,
  SharedFileInUseError,
  SharedFileNotFoundError,
  SharedFileSystemError,
} from './errors.ts';
import { FileMemory } from './file-memory.ts';
import type { FileFaults, WritableFileKind } from './owned-file.ts';
import {
  differenceOf,
  SHARED_HEADER,
  SHARED_MAGIC,
  SHARED_VERSION,
  type SharedLayout,
} from './shared-layout.ts';

const { at, bytes: HEADER_BYTES } = SHARED_HEADER;

/** A file with these parts, for the process that opens it or that writes it. */
export function sharedKind(layout: SharedLayout): WritableFileKind<FileMemory> {
  return {
    ...SHARED_FAULTS,
    writerPidOf: (fd) => bytesAt(fd, 0, HEADER_BYTES).readInt32LE(at.writerPid),
    map: (path, fd, writable) => mapChecked(path, fd, writable, layout),
    create: (path, fd) => createFile(path, fd, layout),
    requireSound() {}, // the layout is checked, and any bytes are rows
  };
}

export const SHARED_FAULTS: FileFaults = {
  notFound: (path, cause) => new SharedFileNotFoundError(path, cause),
  access: (path, found, options) => new SharedFileAccessError(path, found, options),
  system: (path, cause) => new SharedFileSystemError(path, cause),
  inUse: (path, writerPid) => new SharedFileInUseError(path, writerPid),
};

function mapChecked(path: string, fd: number, writable: boolean, layout: SharedLayout): FileMemory {
  const { size, ino: inode } = fs.fstatSync(fd);
  const header = bytesAt(fd, 0, HEADER_BYTES);
  if (header.toString('latin1', 0, SHARED_MAGIC.length) !== SHARED_MAGIC)
    throw new NotASharedFileError(path, `it does not start with ${SHARED_MAGIC}`);
  const version = header.readUInt32LE(at.version);
  if (version !== SHARED_VERSION)
    throw new NotASharedFileError(path, `its header has version ${version}, expected ${SHARED_VERSION}`);
  const json = bytesAt(fd, HEADER_BYTES, Math.min(header.readUInt32LE(at.layoutBytes), size)).toString();
  if (json !== layout.json) throw mismatch(path, layout.json, json);
  if (size < layout.totalBytes)
    throw new NotASharedFileError(path, `it has ${size} bytes of ${layout.totalBytes}`);
  return new FileMemory({ path, inode, writable }, mapShared(fd, layout.totalBytes, writable));
}

function mismatch(path: string, expected: string, found: string): Error {
  const difference = differenceOf(parsed(expected), parsed(found));
  return difference
    ? new LayoutMismatchError(path, difference)
    : new NotASharedFileError(path, 'its layout is no JSON of this package');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function createFile(path: string, fd: number, layout: SharedLayout): FileMemory {
  allocateBlocks(fd, layout.totalBytes);
  const { ino: inode } = fs.fstatSync(fd);
  const memory = new FileMemory({ path, inode, writable: true }, mapShared(fd, layout.totalBytes, true));
  memory.writeText(at.magic, SHARED_MAGIC.length, SHARED_MAGIC);
  memory.storeU32(at.version, SHARED_VERSION);
  memory.storeU32(at.layoutBytes, Buffer.byteLength(layout.json));
  memory.storeU64(at.totalBytes, layout.totalBytes);
  memory.bytes.set(Buffer.from(layout.json), HEADER_BYTES);
  return memory;
}

/** Fewer bytes than asked for, filled with zeros, where the file ends. */
function bytesAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  fs.readSync(fd, bytes, 0, length, position);
  return bytes;
}
