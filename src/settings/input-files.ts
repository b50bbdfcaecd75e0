// The files that options name must exist before a run starts anything.

import fs from 'node:fs';
import { messageOf, UsageError } from '../platform/errors.ts';
import { requireTrustedFile } from '../platform/small-file.ts';
import { isFeedFile } from './feeds.ts';
import { flagOf } from './options.ts';
import type { RunSettings } from './settings.ts';
import { descriptorOf } from './standard-input.ts';

const INPUTS = [
  'newsData',
  'strategy',
  'tokens',
  'tokenFile',
  'watchTokenFile',
  'tlsCert',
  'tlsKey',
  'tlsCa',
  'tlsClientCa',
  'tlsClientCert',
  'tlsClientKey',
] as const satisfies readonly (keyof RunSettings)[];

/** A file that an option names cannot be read. */
export class InputFileError extends UsageError {
  constructor(option: string, file: string, found: string, cause?: unknown) {
    super(
      `${option} ${file}: expected a file that can be read, ${found}; nothing was started, check the path`,
      {
        cause,
      },
    );
  }
}

/** @throws InputFileError; FileRefusedError for a file that others could change */
export function requireInputFiles(settings: RunSettings): void {
  for (const key of INPUTS) {
    const file = settings[key];
    if (file !== undefined) requireReadable(flagOf(key), file);
  }
  if (isFeedFile(settings.source)) requireReadable('--source', settings.source);
  if (settings.source === 'replay') requireReadable('--data', settings.data, isPipe);
}

/** What a Gateway can read once. */
function isPipe(stat: fs.Stats): boolean {
  return stat.isFIFO() || stat.isSocket();
}

/** @param mayBe other things than files that are fine */
function requireReadable(option: string, file: string, mayBe = (_stat: fs.Stats) => false): void {
  let stat: fs.Stats | undefined;
  try {
    stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat !== undefined) fs.accessSync(file, fs.constants.R_OK);
  } catch (error) {
    throw new InputFileError(option, file, `found: ${messageOf(error)}`, error);
  }
  if (stat === undefined) throw new InputFileError(option, file, 'found no such file');
  if (stat.isDirectory()) throw new InputFileError(option, file, 'found a folder');
  if (mayBe(stat)) return;
  if (stat.isCharacterDevice() && descriptorOf(file) !== undefined)
    throw new InputFileError(option, file, 'found a terminal or an empty device: send it a file with < or |');
  if (!stat.isFile()) throw new InputFileError(option, file, 'found a pipe, a device or a socket');
  requireTrustedFile(file, stat);
}
