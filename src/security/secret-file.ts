// Reads files that only their owner can read: tokens and private keys.

import fs from 'node:fs';
import { messageOf } from '../platform/errors.ts';
import { SecretFileError } from '../settings/errors.ts';

const BYTES_MAX = 1024 * 1024;
const OTHERS = 0o077;

/**
 * Reads a file that this user or root owns, and that only its owner can open.
 * @param option the option that names the file, for the error message
 * @throws SecretFileError
 */
export function readSecretFile(option: string, file: string): string {
  const fd = open(option, file);
  try {
    requirePrivate(option, file, fs.fstatSync(fd));
    return fs.readFileSync(fd, 'utf8');
  } finally {
    fs.closeSync(fd);
  }
}

/** Does not wait for the other end of a pipe. */
function open(option: string, file: string): number {
  try {
    return fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  } catch (error) {
    throw new SecretFileError(option, file, messageOf(error), 'check the path', { cause: error });
  }
}

/** Checks the open file, which cannot be replaced any more. */
function requirePrivate(option: string, file: string, stat: fs.Stats): void {
  const refuse = (found: string, advice: string) => new SecretFileError(option, file, found, advice);
  if (!stat.isFile()) throw refuse('something that is not a file', 'check the path');
  if (stat.uid !== process.getuid?.() && stat.uid !== 0)
    throw refuse(`one that belongs to user ${stat.uid}`, 'use your own file');
  if ((stat.mode & OTHERS) !== 0) {
    throw refuse(`mode ${(stat.mode & 0o777).toString(8)}`, `chmod 600 ${file}`);
  }
  if (stat.size > BYTES_MAX) throw refuse(`${stat.size} bytes`, 'check the path');
}
