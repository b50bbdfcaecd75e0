// Files in /dev/shm that one process writes and others map: besides the price book, the order lanes and the signal files.

import fs from 'node:fs';
import { allocateBlocks, lockRange, mapShared, releaseMapping, unlockRange } from '@tickline/posix';
import { draftPath, WRITER_RANGE } from '@tickline/price-book';
import { codeOf } from './errors.ts';
import { FILE_MODE } from './private-file.ts';

const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
/** Permissions of group and others. */
const OTHERS = 0o077;

/** A mapped file whose lock this process holds. */
export interface SharedFile {
  readonly path: string;
  readonly fd: number;
  readonly inode: number;
  readonly buffer: ArrayBuffer;
}

/**
 * Creates a file under another name, complete and locked, and links it to its name last. Undefined if the name is taken.
 * @param fill writes what is in it from the start
 * @throws PosixError, and what Node throws for a system call
 */
export function createSharedFile(
  path: string,
  bytes: number,
  fill: (buffer: ArrayBuffer) => void,
): SharedFile | undefined {
  const draft = draftPath(path);
  let fd: number | undefined;
  try {
    fd = fs.openSync(draft, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
    allocateBlocks(fd, bytes);
    lockRange(fd, WRITER_RANGE, 'exclusive');
    const buffer = mapShared(fd, bytes, true);
    fill(buffer);
    fs.linkSync(draft, path);
    return { path, fd, inode: fs.fstatSync(fd).ino, buffer };
  } catch (error) {
    if (fd !== undefined) fs.closeSync(fd);
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Releases the lock, the file and the memory. @param remove the file too, if it still has its name */
export function closeSharedFile({ path, fd, inode, buffer }: SharedFile, remove: boolean): void {
  const isNamed = fs.lstatSync(path, { throwIfNoEntry: false })?.ino === inode;
  if (remove && isNamed) fs.rmSync(path, { force: true });
  unlockRange(fd, WRITER_RANGE); // its mapping would keep the lock
  fs.closeSync(fd);
  releaseMapping(buffer);
}

/** Why this process must not trust a file, as a clause; undefined if it is a file of this user that no other may use. */
export function strangeFile(stat: fs.Stats): string | undefined {
  const user = process.geteuid?.();
  if (!stat.isFile()) return 'it is not a file';
  if (stat.uid !== user) return `it belongs to user ${stat.uid}, expected ${user}`;
  const mode = stat.mode & 0o777;
  if ((mode & OTHERS) !== 0) return `others may use it: its mode is ${mode.toString(8)}, expected 600`;
  return undefined;
}
