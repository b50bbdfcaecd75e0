// The configuration file: the options of the command line, by their keys.

import { nearName } from '../domain/edit-distance.ts';
import { jsonFault } from '../domain/json-fault.ts';
import { repeatedKey } from '../domain/json-keys.ts';
import { codeOf, UsageError } from '../platform/errors.ts';
import { readSmallFile, readSmallFileWithin } from '../platform/small-file.ts';
import { ConfigFileError, UnknownKeyError } from './errors.ts';
import { ALIASES, KEYS, type Key } from './options.ts';

const CONFIG_FILE = 'tickline.config.json';

/** Unchecked values: text from the command line, JSON from a file. */
export type Given = Partial<Readonly<Record<Key, unknown>>>;

/** The options of a configuration file, and its name for messages. */
export interface ConfigFile {
  readonly name: string;
  readonly given: Given;
}

/**
 * Reads `file`, or tickline.config.json of the current folder if that exists.
 * @throws ConfigFileError when the file cannot be read or is not a JSON object; UnknownKeyError; FileRefusedError
 */
export function readConfigFile(file?: string): ConfigFile {
  const name = file ?? CONFIG_FILE;
  try {
    return { name, given: parse(name, readSmallFile(name)) };
  } catch (error) {
    return withoutFile(name, file === undefined, error);
  }
}

/** The same without blocking this thread. @throws the same, within `timeoutMs` */
export async function readConfigFileWithin(timeoutMs: number, file?: string): Promise<ConfigFile> {
  const name = file ?? CONFIG_FILE;
  try {
    return { name, given: parse(name, await readSmallFileWithin(name, timeoutMs)) };
  } catch (error) {
    return withoutFile(name, file === undefined, error);
  }
}

function withoutFile(name: string, isOptional: boolean, error: unknown): ConfigFile {
  if (isOptional && codeOf(error) === 'ENOENT') return { name, given: {} };
  if (error instanceof UsageError) throw error;
  throw new ConfigFileError(name, 'a file that can be read', error);
}

function parse(name: string, text: string): Given {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigFileError(name, 'JSON', error, jsonFault(text, 'file'));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigFileError(name, 'a JSON object such as {"rate": 1000}');
  }
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw new ConfigFileError(name, `each key once, found "${repeated}" twice`);
  for (const key of Object.keys(value)) {
    if (!isKey(key) && !ALIASES.has(key)) throw new UnknownKeyError(name, key, nearName(key, KEYS));
  }
  return value;
}

function isKey(text: string): text is Key {
  return KEYS.some((key) => key === text);
}
