// Reads files that only their owner can read: tokens and private keys.

import type { Stats } from 'node:fs';
import { messageOf } from '../platform/errors.ts';
import { FileRefusedError, isTrustedOwner } from '../platform/file-trust.ts';
import { readSmallFile, requireTrustedFile } from '../platform/small-file.ts';
import { SecretFileError } from '../settings/errors.ts';

const OTHERS = 0o077;

/**
 * Reads a file of a trusted owner that only its owner can open, in a folder where others cannot replace it.
 * @param option the option that names the file, for the error message
 * @throws SecretFileError
 */
export function readSecretFile(option: string, file: string): string {
  try {
    return readSmallFile(file, requirePrivate);
  } catch (error) {
    if (error instanceof FileRefusedError)
      throw new SecretFileError(option, file, error.found, error.advice, { cause: error });
    throw new SecretFileError(option, file, messageOf(error), 'check the path', { cause: error });
  }
}

function requirePrivate(file: string, stat: Stats): void {
  if (!isTrustedOwner(stat.uid))
    throw new FileRefusedError(file, `one that belongs to user ${stat.uid}`, 'use your own file');
  if ((stat.mode & OTHERS) !== 0)
    throw new FileRefusedError(file, `mode ${(stat.mode & 0o777).toString(8)}`, `chmod 600 ${file}`);
  requireTrustedFile(file, stat);
}
