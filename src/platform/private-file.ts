// Opens files for writing: readable by their owner only, and never through a symlink.

import fs from 'node:fs';
import path from 'node:path';

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_TRUNC, O_WRONLY } = fs.constants;
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;
/** Removes the permissions of group and others. */
const PRIVATE_UMASK = 0o077;

/** From now on only the owner can use the files that this process makes, whichever library makes them. */
export function makeFilesPrivate(): void {
  process.umask(PRIVATE_UMASK);
}

/**
 * Makes the folder and those above it that are missing, with their mode. Where the system makes none and says ENOENT, as
 * below /proc, mkdir() of Node with `recursive` never returns.
 * @throws what fs.mkdirSync() throws
 */
export function makeFolders(folder: string): void {
  if (isFolder(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder && !fs.existsSync(parent)) makeFolders(parent);
  try {
    fs.mkdirSync(folder, FOLDER_MODE);
  } catch (thrown) {
    if (!isFolder(folder)) throw thrown; // unless another process has made it meanwhile
  }
}

function isFolder(name: string): boolean {
  return fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Opens a file, and makes it and its folders if they are missing. An existing file keeps its mode. Fails with
 * ELOOP for a symlink. Does not block on a named pipe.
 * @param flags of fs.constants, besides O_CREAT
 */
export function openPrivate(file: string, flags: number): number {
  makeFolders(path.dirname(file));
  return fs.openSync(file, flags | O_CREAT | O_NOFOLLOW | O_NONBLOCK, FILE_MODE);
}

/** Writes a whole file, opened by openPrivate(). */
export function writePrivate(file: string, text: string): void {
  const fd = openPrivate(file, O_WRONLY | O_TRUNC);
  try {
    fs.writeFileSync(fd, text);
  } finally {
    fs.closeSync(fd);
  }
}
