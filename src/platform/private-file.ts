// Opens the files that a process of ours writes: for its owner alone, and never through a link.

import fs from 'node:fs';
import path from 'node:path';

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_TRUNC, O_WRONLY } = fs.constants;
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** Takes from all that is made what group and others could do with it. */
const PRIVATE_UMASK = 0o077;

/** From now on whatever this process makes, by whichever library, is its owner's alone, and fully the owner's. */
export function makeFilesPrivate(): void {
  process.umask(PRIVATE_UMASK);
}

/**
 * Opens a file, and makes it and its folders where they are missing. A file that is there keeps its mode. Refuses a link
 * in the place of the file (ELOOP), and does not wait for the other end where there is a pipe.
 * @param flags of fs.constants, beside O_CREAT
 */
export function openPrivate(file: string, flags: number): number {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: FOLDER_MODE });
  return fs.openSync(file, flags | O_CREAT | O_NOFOLLOW | O_NONBLOCK, FILE_MODE);
}

/** Writes a whole file, opened in the same way. */
export function writePrivate(file: string, text: string): void {
  const fd = openPrivate(file, O_WRONLY | O_TRUNC);
  try {
    fs.writeFileSync(fd, text);
  } finally {
    fs.closeSync(fd);
  }
}
