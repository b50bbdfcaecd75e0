// Reads small files that only trusted users can change. A pipe, a device, a folder or a file without end neither
// blocks the reader nor fills its memory.

import fs, { type Stats } from 'node:fs';
import fsAsync, { type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { FileRefusedError, requireTrusted } from './file-trust.ts';
import { withTimeout } from './timeout.ts';

const { O_NOCTTY, O_NONBLOCK, O_RDONLY } = fs.constants;
/** With O_NONBLOCK the open of a pipe does not wait for the other end. */
const FLAGS = O_RDONLY | O_NOCTTY | O_NONBLOCK;
const BYTES_MAX = 1024 * 1024;
const MS_PER_S = 1_000;

/** Throws if the file must not be read. */
export type FileCheck = (file: string, stat: Stats) => void;

/**
 * Reads a whole file, at the start of a process.
 * @param check called with the open file, which cannot be replaced any more; default: only trusted users can change it
 * @throws FileRefusedError, what `check` throws, and errors of the system such as ENOENT
 */
export function readSmallFile(file: string, check: FileCheck = requireTrustedFile): string {
  const fd = fs.openSync(file, FLAGS);
  try {
    const stat = fs.fstatSync(fd);
    requireSmall(file, stat);
    check(file, stat);
    const bytes = Buffer.alloc(BYTES_MAX + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = fs.readSync(fd, bytes, length, bytes.length - length, null);
    return textOf(file, bytes, length);
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * The same without blocking this thread, for a process that trades.
 * @throws FileRefusedError, also when it is not read within `timeoutMs`; errors of the system such as ENOENT
 */
export async function readSmallFileWithin(file: string, timeoutMs: number): Promise<string> {
  const text = await withTimeout(readLater(file), timeoutMs);
  if (text !== undefined) return text;
  const found = `no answer of its file system within ${timeoutMs / MS_PER_S} s`;
  throw new FileRefusedError(file, found, 'check the disk or the network');
}

async function readLater(file: string): Promise<string> {
  const handle = await fsAsync.open(file, FLAGS);
  try {
    const stat = await handle.stat();
    requireSmall(file, stat);
    const real = await fsAsync.realpath(file);
    const folder = path.dirname(real);
    requireTrusted({ path: real, stat }, { path: folder, stat: await fsAsync.stat(folder) });
    return await textLater(file, handle);
  } finally {
    await handle.close();
  }
}

async function textLater(file: string, handle: FileHandle): Promise<string> {
  const bytes = Buffer.alloc(BYTES_MAX + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read)
    read = (await handle.read(bytes, length, bytes.length - length, null)).bytesRead;
  return textOf(file, bytes, length);
}

/** @throws FileRefusedError when others could change the file, or replace it */
export function requireTrustedFile(file: string, stat: Stats): void {
  const real = fs.realpathSync(file);
  const folder = path.dirname(real);
  requireTrusted({ path: real, stat }, { path: folder, stat: fs.statSync(folder) });
}

/** @throws FileRefusedError for what is no file, or too large */
export function requireSmall(file: string, stat: Stats, bytesMax = BYTES_MAX): void {
  if (!stat.isFile()) throw new FileRefusedError(file, `something that is not a file`, 'check the path');
  if (stat.size > bytesMax)
    throw new FileRefusedError(file, `${stat.size} bytes, expected ${bytesMax} at most`, 'check the path');
}

/** The size is not that of stat() for a file that grows, or one of /proc. */
function textOf(file: string, bytes: Buffer, length: number): string {
  if (length > BYTES_MAX) throw new FileRefusedError(file, `more than ${BYTES_MAX} bytes`, 'check the path');
  return bytes.toString('utf8', 0, length);
}
